/* gpio_faults - what is wrong with a door's reader and keypad, as faults that begin and are over, from
 * however many places tell of them. One thread: the loop's. */
#ifndef RUMAH_DOOR_GPIO_FAULTS_H
#define RUMAH_DOOR_GPIO_FAULTS_H

#include "firmware/door/port.h"

#define FAULT_QUIET_MS (60 * 1000) /* one of single frames is over when none came for so long */

enum fault_source { FAULT_OF_READER, FAULT_OF_KEYPAD, FAULT_OF_DEVICE };

struct gpio_faults { /* zero but for the events, which are borrowed */
	const struct port_events *events;
	unsigned standing[READER_FAULT_COUNT];     /* bits 1 << fault_source */
	uint64_t over_mono_ms[READER_FAULT_COUNT]; /* of passing ones; 0: none */
};

/* Stands until it is told to be over. */
void gpio_faults_stand(struct gpio_faults *faults, enum fault_source source, enum board_reader_fault fault,
	bool is_standing);
/* Came once: told each time, since it spoils what is being typed. */
void gpio_faults_pass(struct gpio_faults *faults, enum board_reader_fault fault, uint64_t now_mono_ms);
void gpio_faults_look(struct gpio_faults *faults, uint64_t now_mono_ms); /* every second or so */

#endif

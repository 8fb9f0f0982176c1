/* rows - the measurements, each run by itself: rumah-bench NAME. */
#pragma once

void row_core(void);
void row_door(void);
void row_start(void);
void row_hop(void);
void row_board_memory(void);
void row_gateway_memory(void);
void row_approve(void);
void row_ingest(void);
void row_loss(void);
void row_sim(void);
void row_wear(void);
void row_idle(void);

/* refusal - why bytes from a wire were refused: one short word each, for logs, counters and tests.
 * Every decoder and seal check answers 0 (accepted), one of these (positive), or -errno (ours: no memory). */
#ifndef RUMAH_WIRE_REFUSAL_H
#define RUMAH_WIRE_REFUSAL_H

/* clang-format off */
#define WIRE_REFUSALS(X) \
	X(TOO_SHORT,      "too_short")      /* cannot hold a seal */ \
	X(TOO_LONG,       "too_long")       /* past the kind's bound, see topic.h */ \
	X(BAD_TOPIC,      "bad_topic")      /* not rumah/{site}/{board}/{kind} */ \
	X(BAD_SEAL,       "bad_seal")       /* the fixed suffix is missing or is not base64 */ \
	X(BAD_SIGNATURE,  "bad_signature")  /* not by that key, or not for that topic */ \
	X(NOT_JSON,       "not_json")       /* not one JSON object; a repeated key; text that is not UTF-8 */ \
	X(TOO_DEEP,       "too_deep")       /* nested past WIRE_DEPTH_MAX */ \
	X(BAD_VERSION,    "bad_version")    /* "v" is missing or is not one we know: refused, never guessed */ \
	X(MISSING_FIELD,  "missing_field") \
	X(BAD_TYPE,       "bad_type")       /* a string where a number belongs, a real where an integer belongs */ \
	X(OUT_OF_BOUNDS,  "out_of_bounds")  /* a number, a length or a count past its bound */ \
	X(BAD_FORM,       "bad_form")       /* a string of the wrong shape: id, base64, hex, a word not in its list */ \
	X(BAD_ORDER,      "bad_order")      /* from after until; event sequence with a hole; two grants of one id or tag */
/* clang-format on */

enum wire_refusal {
	WIRE_ACCEPTED = 0,
#define X(name, word) WIRE_##name,
	WIRE_REFUSALS(X)
#undef X
		WIRE_REFUSAL_COUNT
};

/* The word for a refusal, e.g. "bad_signature"; "accepted" for 0, "error" for anything else. Static storage.
 */
const char *wire_refusal_word(int refusal);

#endif

/* make_vectors FOLDER - writes schemas/vectors/: known inputs and what must come of them, for our own unit
 * tests and for anybody else's implementation. Every input is fixed, so the same files come out each time. To
 * make them anew after a change of the contract: make_vectors schemas/vectors, and read the difference. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/card.h"
#include "schemas/wire/code.h"
#include "schemas/wire/event.h"
#include "schemas/wire/frame.h"
#include "schemas/wire/message.h"
#include "schemas/wire/seal.h"

static const char preamble[] =
	"# Known answers of the contract. A record begins with [its name]; then one \"name = value\" a "
	"line.\n"
	"# Names ending in _hex hold bytes in hexadecimal; all else is text or a decimal number.\n"
	"# Made by tests/contract/make_vectors.c; inputs are arbitrary and no secret of anyone.\n";

static FILE *file;

static void begin_file(const char *folder, const char *name, const char *about)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		exit(1);
	}
	fprintf(file, "%s#\n%s", preamble, about);
}

static void end_file(void)
{
	if (fclose(file) != 0) {
		perror("vectors");
		exit(1);
	}
}

static void begin_record(const char *name)
{
	fprintf(file, "\n[%s]\n", name);
}

__attribute__((format(printf, 2, 3))) static void put(const char *name, const char *format, ...)
{
	va_list values;

	fprintf(file, "%s = ", name);
	va_start(values, format);
	vfprintf(file, format, values);
	va_end(values);
	fputc('\n', file);
}

static void put_hex(const char *name, const uint8_t *bytes, size_t len)
{
	fprintf(file, "%s_hex = ", name);
	for (size_t i = 0; i < len; i++)
		fprintf(file, "%02x", bytes[i]);
	fputc('\n', file);
}

/* Bytes first, first + step, … : arbitrary, and easy to type elsewhere. */
static void fill(uint8_t *to, size_t len, unsigned first, unsigned step)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)(first + step * i);
}

static void put_seal(const char *name, const char *topic, const char *object)
{
	uint8_t seed[crypto_sign_SEEDBYTES], public[WIRE_SIGN_PUBLIC_BYTES], secret[WIRE_SIGN_SECRET_BYTES];
	char msg[1024];
	long len;

	fill(seed, sizeof(seed), 1, 1);
	crypto_sign_seed_keypair(public, secret, seed);
	memcpy(msg, object, strlen(object));
	len = wire_seal(msg, strlen(object), sizeof(msg), topic, secret);
	if (len < 0)
		exit(1);
	begin_record(name);
	put_hex("seed", seed, sizeof(seed));
	put_hex("public", public, sizeof(public));
	put("topic", "%s", topic);
	put("object", "%s", object);
	put("sealed", "%.*s", (int)len, msg);
}

static void make_seal(const char *folder)
{
	begin_file(folder, "seal.txt",
		"# sig = Ed25519(secret of seed, \"rumah/1\" 0x00 topic 0x00 object), in base64 as the "
		"object's last member.\n");
	put_seal("the least object", "rumah/site/board/head", "{\"v\":1}");
	put_seal("a link's words, sealed", "rumah/a0/00/link", "{\"v\":1,\"online\":true}");
	put_seal("a did", "rumah/guru-house/door-1/did",
		"{\"v\":1,\"id\":\"a1b2c3d4e5f6g7h8\",\"done\":true}");
	end_file();
}

static void put_event(const char *name, uint8_t hash[static WIRE_HASH_BYTES], const struct wire_event *event)
{
	wire_chain_next(hash, event);
	begin_record(name);
	put("seq", "%llu", (unsigned long long)event->seq);
	put("boot", "%016llx", (unsigned long long)event->boot);
	put("mono_ms", "%llu", (unsigned long long)event->mono_ms);
	put("wall_ms", "%lld", (long long)event->wall_ms);
	put("bound_ms", "%u", event->bound_ms);
	put("trust", "%s", wire_trust_word(event->trust));
	put("type", "%s", wire_event_type_word(event->type));
	put("reason", "%s", wire_reason_word(event->reason));
	put("n", "%lld", (long long)event->n);
	put("grant", "%s", event->grant);
	put_hex("hash", hash, WIRE_HASH_BYTES);
}

static void make_chain(const char *folder)
{
	uint8_t hash[WIRE_HASH_BYTES];
	const uint64_t log = 0x00f1e2d3c4b5a697;
	const struct wire_event boot = { .seq = 1,
		.boot = 0xffeeddccbbaa9988,
		.mono_ms = 12,
		.wall_ms = 1735689600000,
		.bound_ms = UINT32_MAX,
		.trust = WIRE_TRUST_FLOOR,
		.type = WIRE_EVENT_BOOT };
	const struct wire_event granted = { .seq = 2,
		.boot = 0xffeeddccbbaa9988,
		.mono_ms = 60012,
		.wall_ms = 1735689660000,
		.bound_ms = 120,
		.trust = WIRE_TRUST_TRUSTED,
		.type = WIRE_EVENT_ACCESS_GRANTED,
		.reason = WIRE_REASON_CODE,
		.grant = "7f3k9q2m5x8w1ztp" };
	const struct wire_event step = { .seq = 3,
		.boot = 1,
		.mono_ms = (UINT64_C(1) << 53) - 1,
		.wall_ms = WIRE_TIME_MAX_MS,
		.bound_ms = 0,
		.trust = WIRE_TRUST_HOLDOVER,
		.type = WIRE_EVENT_CLOCK_CHANGED,
		.n = -86400000 };

	begin_file(folder, "chain.txt",
		"# h(0) = BLAKE2b-256(\"rumah log/1\" 0x00 board 0x00 log), log as 64 bits, little-endian.\n"
		"# h(n) = BLAKE2b-256(h(n-1) ‖ seq 8 ‖ boot 8 ‖ mono_ms 8 ‖ wall_ms 8 ‖ bound_ms 4 ‖ trust 1 "
		"‖ type 2 ‖ reason 2 ‖\n"
		"# n 8 ‖ grant 16 characters, zeros when there is none), little-endian; words by the codes "
		"of schemas/wire/event.h.\n"
		"# Each record goes on from the hash of the one before.\n");
	wire_chain_start(hash, "door-1", log);
	begin_record("start");
	put("board", "door-1");
	put("log", "%016llx", (unsigned long long)log);
	put_hex("hash", hash, sizeof(hash));
	put_event("boot without a clock", hash, &boot);
	put_event("access granted", hash, &granted);
	put_event("a day back", hash, &step);
	end_file();
}

static void put_card(const char *name, enum wire_card_layout layout, uint32_t facility, uint64_t number)
{
	uint8_t tag_key[WIRE_KEY_BYTES], tag[WIRE_TAG_BYTES];
	struct wire_card card;

	fill(tag_key, sizeof(tag_key), 0x11, 3);
	if (wire_card_make(&card, layout, facility, number) < 0)
		exit(1);
	wire_card_tag(tag, tag_key, &card);
	begin_record(name);
	put("layout", "%s", wire_card_word(layout));
	put("facility", "%u", facility);
	put("number", "%llu", (unsigned long long)number);
	put("bits", "%u", card.bits);
	put_hex("card", card.number, sizeof(card.number));
	put_hex("tag_key", tag_key, sizeof(tag_key));
	put_hex("tag", tag, sizeof(tag));
}

static void make_card(const char *folder)
{
	begin_file(folder, "card.txt",
		"# card = the frame as the reader sends it, parity and all, its first bit at the top of the "
		"first "
		"byte.\n"
		"# tag = BLAKE2b-128 with key tag_key of \"rumah card/1\" ‖ bits, one byte ‖ card.\n");
	put_card("26 bits", WIRE_CARD_26_H10301, 118, 1603);
	put_card("32 bits", WIRE_CARD_32, 0, 0xdeadbeef);
	put_card("34 bits", WIRE_CARD_34_H10306, 1234, 56789);
	put_card("37 bits without a facility code", WIRE_CARD_37_H10302, 0, 34359738367);
	put_card("37 bits", WIRE_CARD_37_H10304, 40000, 500000);
	end_file();
}

static void make_keys(const char *folder)
{
	uint8_t board_secret[32], gateway_secret[32], board_public[32], gateway_public[32], shared[32];
	struct wire_board_keys keys;

	begin_file(folder, "board_keys.txt",
		"# shared = X25519(one's secret, the other's public); K = BLAKE2b-256(\"rumah board/1\" ‖ "
		"shared ‖ board_public ‖\n"
		"# gateway_public). The keys are libsodium's crypto_kdf of K: BLAKE2b-256 with key K, no "
		"input, the id (tags 1,\n"
		"# Wi-Fi 2) as 64 bits little-endian in the salt, and \"rumahkey\" as personalisation, both "
		"padded with zeros.\n");
	fill(board_secret, sizeof(board_secret), 0x40, 1);
	fill(gateway_secret, sizeof(gateway_secret), 0x03, 7);
	crypto_scalarmult_base(board_public, board_secret);
	crypto_scalarmult_base(gateway_public, gateway_secret);
	if (crypto_scalarmult(shared, board_secret, gateway_public) != 0 ||
		wire_board_keys(&keys, board_secret, gateway_public, board_public, gateway_public) != 0)
		exit(1);
	begin_record("a board and its gateway");
	put_hex("board_secret", board_secret, 32);
	put_hex("board_public", board_public, 32);
	put_hex("gateway_secret", gateway_secret, 32);
	put_hex("gateway_public", gateway_public, 32);
	put_hex("shared", shared, 32);
	put_hex("tag_key", keys.tag_key, sizeof(keys.tag_key));
	put_hex("wifi_key", keys.wifi_key, sizeof(keys.wifi_key));
	end_file();
}

static void put_code(const char *name, const char *digits, uint32_t mem_kib, uint32_t passes)
{
	struct wire_settings settings = { .argon_mem_kib = mem_kib, .argon_passes = passes };
	uint8_t tag_key[WIRE_KEY_BYTES], s[WIRE_STRETCHED_BYTES], tag[WIRE_TAG_BYTES];

	fill(settings.argon_salt, sizeof(settings.argon_salt), 0xa0, 1);
	fill(tag_key, sizeof(tag_key), 0x11, 3);
	if (wire_stretch(s, digits, strlen(digits), &settings) != 0)
		exit(1);
	wire_tag(tag, tag_key, s);
	begin_record(name);
	put("digits", "%s", digits);
	put_hex("salt", settings.argon_salt, sizeof(settings.argon_salt));
	put("mem_kib", "%u", mem_kib);
	put("passes", "%u", passes);
	put_hex("s", s, sizeof(s));
	put_hex("tag_key", tag_key, sizeof(tag_key));
	put_hex("tag", tag, sizeof(tag));
}

static void make_code(const char *folder)
{
	begin_file(folder, "code.txt",
		"# s = Argon2id v1.3 (RFC 9106) of the digits, one lane, 32 bytes.\n"
		"# tag = BLAKE2b-128 with key tag_key of \"rumah tag/1\" ‖ s.\n");
	put_code("six digits, the least cost", "048213", 8, 1);
	put_code("eight digits", "90210457", 4096, 3);
	put_code("twelve digits", "730192846501", 1024, 2);
	end_file();
}

static void put_frame(const char *name, const struct frame *frame)
{
	static uint8_t buf[FRAME_MAX];
	size_t len = frame_write(buf, frame);

	begin_record(name);
	put("type", "%d", (int)frame->type);
	put("kind", "%s", wire_kind_info(frame->kind)->word);
	put("retained", "%d", frame->is_retained);
	put("total", "%u", frame->total);
	put("offset", "%u", frame->offset);
	put_hex("piece", frame->piece, frame->piece_len);
	put_hex("frame", buf, len);
}

static void make_frame(const char *folder)
{
	const uint8_t piece[] = { '{', '}' };

	begin_file(folder, "frame.txt",
		"# \"RG\", version 1, type, kind, flags (bit 0: retained), 2 zero bytes, total 4, offset 4, "
		"the piece; little-endian.\n"
		"# Types: 1 publish, 2 deliver, 3 online, 4 offline, 5 cert. Kinds: their places in "
		"schemas/wire/topic.h, from 0.\n");
	put_frame("publish an event", &(struct frame){ .type = FRAME_PUBLISH,
					      .kind = WIRE_EVENT,
					      .total = 2,
					      .piece = piece,
					      .piece_len = 2 });
	put_frame("deliver the end of a snapshot", &(struct frame){ .type = FRAME_DELIVER,
							   .kind = WIRE_SNAPSHOT,
							   .is_retained = true,
							   .total = 0x12345,
							   .offset = 0x12343,
							   .piece = piece,
							   .piece_len = 2 });
	put_frame("online", &(struct frame){ .type = FRAME_ONLINE });
	put_frame("offline", &(struct frame){ .type = FRAME_OFFLINE });
	put_frame("a certificate of 300 days", &(struct frame){ .type = FRAME_CERT, .offset = 300 });
	end_file();
}

static void put_digest(const char *name, const char *message)
{
	uint8_t digest[WIRE_DIGEST_BYTES];

	wire_digest(digest, message, strlen(message));
	begin_record(name);
	put("message", "%s", message);
	put_hex("digest", digest, sizeof(digest));
}

static void make_digest(const char *folder)
{
	begin_file(folder, "digest.txt", "# digest = BLAKE2b-256 of the message as sent, seal and all.\n");
	put_digest("of nothing", "");
	put_digest("of an object", "{\"v\":1,\"epoch\":1,\"rev\":1}");
	end_file();
}

int main(int argc, char **argv)
{
	if (argc != 2 || sodium_init() < 0) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	make_seal(argv[1]);
	make_chain(argv[1]);
	make_keys(argv[1]);
	make_code(argv[1]);
	make_card(argv[1]);
	make_frame(argv[1]);
	make_digest(argv[1]);
	return 0;
}

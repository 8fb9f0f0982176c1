#include "tools/rumah/words.h"

#include <string.h>

/* clang-format off */
static const struct word request_words[] = {
	{ "draf",             { "draf", "draft" },                                TONE_FAINT },
	{ "diajukan",         { "menunggu persetujuan", "waiting for approval" }, TONE_WATCH },
	{ "perlu_dilengkapi", { "perlu dilengkapi", "needs completing" },         TONE_WATCH },
	{ "disetujui",        { "disetujui", "approved" },                        TONE_GOOD },
	{ "berlangsung",      { "berlangsung", "under way" },                     TONE_GOOD },
	{ "selesai",          { "selesai", "finished" },                          TONE_PLAIN },
	{ "ditolak",          { "ditolak", "refused" },                           TONE_BAD },
	{ "dibatalkan",       { "dibatalkan", "cancelled" },                      TONE_PLAIN },
	{ "kedaluwarsa",      { "kedaluwarsa", "lapsed" },                        TONE_PLAIN },
	{ "tidak_hadir",      { "tidak hadir", "nobody came" },                   TONE_PLAIN },
	{ 0 },
};
static const struct word door_words[] = {
	{ "locked",   { "terkunci", "locked" },                 TONE_GOOD,  "■" },
	{ "released", { "tidak terkunci", "unlocked" },         TONE_WATCH, "◇" },
	{ "open",     { "terbuka", "open" },                    TONE_WATCH, "○" },
	{ "held",     { "dibiarkan terbuka", "held open" },     TONE_BAD,   "◐" },
	{ "forced",   { "terpaksa dibuka", "forced open" },     TONE_BAD,   "▲" },
	{ "offline",  { "tidak terhubung", "not connected" },   TONE_BAD,   "×" },
	{ "silent",   { "belum ada kabar", "not heard of yet" },TONE_FAINT, "·" },
	{ 0 },
};
static const struct word mode_words[] = {
	{ "normal",    { "normal", "normal" },               TONE_PLAIN },
	{ "lockdown",  { "dikunci semua", "lockdown" },      TONE_BAD },
	{ "hold_open", { "ditahan terbuka", "held open" },   TONE_WATCH },
	{ "closed",    { "tutup", "closed" },                TONE_WATCH },
	{ 0 },
};
static const struct word event_words[] = {
	{ "boot",                { "gawai menyala", "board started" },                  TONE_FAINT },
	{ "access_granted",      { "kode diterima", "code accepted" },                  TONE_GOOD },
	{ "access_denied",       { "kode ditolak", "code refused" },                    TONE_WATCH },
	{ "lockout_started",     { "terlalu banyak percobaan", "too many tries" },      TONE_BAD },
	{ "lockout_ended",       { "boleh mencoba lagi", "may try again" },             TONE_PLAIN },
	{ "injection_suspected", { "tombol ditekan mesin", "keys pressed by a machine" }, TONE_BAD },
	{ "door_opened",         { "pintu dibuka", "door opened" },                     TONE_PLAIN },
	{ "door_closed",         { "pintu ditutup", "door closed" },                    TONE_PLAIN },
	{ "door_forced",         { "terpaksa dibuka", "forced open" },                  TONE_BAD },
	{ "held_open",           { "dibiarkan terbuka", "held open too long" },         TONE_BAD },
	{ "rex",                 { "tombol keluar", "exit button" },                    TONE_PLAIN },
	{ "unused",              { "tidak jadi masuk", "nobody entered" },              TONE_PLAIN },
	{ "mode_changed",        { "mode berubah", "mode changed" },                    TONE_WATCH },
	{ "snapshot_applied",    { "daftar baru dipakai", "new list applied" },         TONE_FAINT },
	{ "snapshot_refused",    { "daftar baru ditolak", "new list refused" },         TONE_BAD },
	{ "action_done",         { "perintah dijalankan", "action done" },              TONE_PLAIN },
	{ "action_refused",      { "perintah ditolak", "action refused" },              TONE_WATCH },
	{ "alarm_cleared",       { "peringatan berakhir", "alarm over" },               TONE_PLAIN },
	{ "clock_changed",       { "jam berubah", "clock changed" },                    TONE_FAINT },
	{ "storage_fault",       { "penyimpanan rusak", "storage fault" },              TONE_BAD },
	{ "storage_restored",    { "penyimpanan pulih", "storage restored" },           TONE_PLAIN },
	{ "gap",                 { "kejadian hilang", "events lost" },                  TONE_BAD },
	{ "stale",               { "lama tanpa kabar gerbang", "gateway not heard" },   TONE_WATCH },
	{ "message_refused",     { "pesan ditolak", "message refused" },                TONE_WATCH },
	{ "stuck_input",         { "tombol macet", "input stuck" },                     TONE_BAD },
	{ "alarm_raised",        { "peringatan", "alarm" },                             TONE_BAD },
	{ "line_fault",          { "kabel pintu bermasalah", "trouble with a cable" },  TONE_BAD },
	{ "reader_fault",        { "pembaca bermasalah", "trouble with the reader" },   TONE_BAD },
	{ "released",            { "kunci dilepas", "lock released" },                  TONE_WATCH },
	{ "relocked",            { "terkunci kembali", "locked again" },                TONE_PLAIN },
	{ "lock_retried",        { "kunci diperintah ulang", "lock told again" },       TONE_WATCH },
	{ 0 },
};
static const struct word reason_words[] = {
	{ "none",             { "", "" } },
	{ "code",             { "kode pintu", "door code" } },
	{ "long_code",        { "kode cadangan", "backup code" } },
	{ "action",           { "perintah petugas", "by staff" } },
	{ "rex_release",      { "tombol keluar", "exit button" } },
	{ "unknown_code",     { "kode tidak dikenal", "unknown code" } },
	{ "not_yet",          { "belum waktunya", "too early" } },
	{ "expired",          { "kedaluwarsa", "expired" } },
	{ "outside_hours",    { "di luar jam", "outside the hours" } },
	{ "holiday",          { "hari libur", "holiday" } },
	{ "already_used",     { "sudah dipakai", "already used" } },
	{ "lockdown",         { "dikunci semua", "lockdown" } },
	{ "closed",           { "tutup", "closed" } },
	{ "locked_out",       { "sedang menunggu", "locked out" } },
	{ "offline_too_long", { "terlalu lama tak terhubung", "offline too long" } },
	{ "clock_floor",      { "jam belum pasti", "clock not set" } },
	{ "clock_unsure",     { "jam kurang pasti", "clock unsure" } },
	{ "too_fast",         { "terlalu cepat", "too fast" } },
	{ "bad_length",       { "panjang kode salah", "wrong length" } },
	{ "busy",             { "sedang sibuk", "busy" } },
	{ "rollback",         { "lebih lama dari yang dipakai", "older than applied" } },
	{ "equivocation",     { "dua isi berbeda", "two truths" } },
	{ "too_many_grants",  { "terlalu banyak izin", "too many grants" } },
	{ "wrong_challenge",  { "tantangan salah", "wrong challenge" } },
	{ "replayed",         { "diulang", "replayed" } },
	{ "retained",         { "pesan tersimpan", "retained" } },
	{ "forced",           { "terpaksa dibuka", "forced open" } },
	{ "held",             { "dibiarkan terbuka", "held open" } },
	{ "wrong_codes",      { "kode salah berulang", "wrong codes" } },
	{ "storage",          { "penyimpanan", "storage" } },
	{ "stale_head",       { "tanpa kabar gerbang", "no word from the gateway" } },
	{ "normal",           { "normal", "normal" } },
	{ "hold_open",        { "ditahan terbuka", "held open" } },
	{ "identify",         { "tunjukkan diri", "identify" } },
	{ "silence",          { "diamkan", "silence" } },
	{ "clear_lockout",    { "izinkan mencoba lagi", "lockout cleared" } },
	{ "self_test",        { "uji diri", "self-test" } },
	{ "journal_full",     { "jurnal penuh", "journal full" } },
	{ "power_cut",        { "listrik padam", "power cut" } },
	{ "unlock",           { "bukakan", "unlock" } },
	{ "clock",            { "jam belum pasti", "clock not trusted" } },
	{ "flood",            { "kebanjiran", "flood" } },
	{ "stuck",            { "macet", "stuck" } },
	{ "card",             { "kartu", "card" } },
	{ "unknown_card",     { "kartu tidak dikenal", "unknown card" } },
	{ "interlock",        { "pintu sebelah belum terkunci", "other door not locked" } },
	{ "tamper",           { "kotak gawai dibuka", "box opened" } },
	{ "fire",             { "alarm kebakaran", "fire alarm" } },
	{ "power",            { "listrik padam", "mains lost" } },
	{ "battery",          { "baterai lemah", "battery low" } },
	{ "lock_fault",       { "kunci tidak mengikuti", "lock does not follow" } },
	{ "line_fault",       { "kabel pintu", "a door cable" } },
	{ "reader_fault",     { "pembaca", "the reader" } },
	{ "hold_switch",      { "kunci penahan", "key switch" } },
	{ "bouncing",         { "kontak bergetar", "contact chatters" } },
	{ "cut",              { "kabel putus", "cable cut" } },
	{ "lines_low",        { "pembaca terlepas", "reader unplugged" } },
	{ "noise",            { "gangguan kabel", "noise on the wires" } },
	{ "form",             { "isi tidak dikenal", "not understood" } },
	{ "unused",           { "tidak jadi masuk", "nobody entered" } },
	{ 0 },
};
static const struct word alarm_words[] = {
	{ "forced",       { "terpaksa dibuka", "forced open" },                 TONE_BAD },
	{ "held_open",    { "dibiarkan terbuka", "held open too long" },        TONE_BAD },
	{ "wrong_codes",  { "terlalu banyak percobaan", "too many tries" },     TONE_BAD },
	{ "injection",    { "tombol ditekan mesin", "keys pressed by a machine" }, TONE_BAD },
	{ "stale",        { "lama tanpa kabar gerbang", "gateway not heard" },  TONE_WATCH },
	{ "equivocation", { "dua isi berbeda", "two truths from the gateway" }, TONE_BAD },
	{ "storage",      { "penyimpanan rusak", "storage fault" },             TONE_BAD },
	{ "stuck_input",  { "tombol macet", "input stuck" },                    TONE_WATCH },
	{ "unused",       { "tidak jadi masuk", "nobody entered" },             TONE_PLAIN },
	{ "tamper",       { "kotak gawai dibuka", "box opened" },               TONE_BAD },
	{ "fire",         { "alarm kebakaran", "fire alarm" },                  TONE_BAD },
	{ "lock_fault",   { "kunci tidak mengikuti", "lock does not follow" },  TONE_BAD },
	{ "line_fault",   { "kabel pintu bermasalah", "trouble with a cable" }, TONE_WATCH },
	{ "reader_fault", { "pembaca bermasalah", "trouble with the reader" },  TONE_WATCH },
	{ "power",        { "listrik padam", "mains lost" },                    TONE_WATCH },
	{ "battery",      { "baterai lemah", "battery low" },                   TONE_BAD },
	{ "clock",        { "jam belum pasti", "clock not certain" },           TONE_WATCH },
	{ 0 },
};
static const struct word trust_words[] = {
	{ "trusted",  { "pasti", "trusted" },          TONE_PLAIN },
	{ "holdover", { "perkiraan", "holdover" },     TONE_WATCH },
	{ "floor",    { "belum pasti", "floor only" }, TONE_BAD },
	{ 0 },
};
static const struct word unit_words[] = {
	{ "room", { "ruang rapat", "meeting room" }, TONE_PLAIN },
	{ "dorm", { "asrama", "dormitory" },         TONE_PLAIN },
	{ "bed",  { "tempat tidur", "bed" },         TONE_PLAIN },
	{ 0 },
};
static const struct word tone_words[] = {
	{ "key",              { "tombol", "key" },                                         TONE_FAINT },
	{ "cleared",          { "dihapus", "cleared" },                                    TONE_PLAIN },
	{ "accepted",         { "diterima", "accepted" },                                  TONE_GOOD },
	{ "accepted_offline", { "diterima, tanpa jaringan", "accepted, without a network" }, TONE_GOOD },
	{ "rejected",         { "kode salah; coba lagi", "wrong code; try again" },        TONE_BAD },
	{ "wait",             { "tunggu", "wait" },                                        TONE_BAD },
	{ "prealarm",         { "segera tutup pintunya", "shut the door soon" },           TONE_WATCH },
	{ "alarm",            { "peringatan", "alarm" },                                   TONE_BAD },
	{ "silence",          { "diam", "silence" },                                       TONE_FAINT },
	{ "identify",         { "di sini", "here I am" },                                  TONE_PLAIN },
	{ "none",             { "tidak ada jawaban", "no answer" },                        TONE_WATCH },
	{ 0 },
};
static const struct word lamp_words[] = {
	{ "ready",    { "lampu: siap", "lamp: ready" },                  TONE_GOOD },
	{ "released", { "lampu: silakan masuk", "lamp: come in" },       TONE_GOOD },
	{ "wait",     { "lampu: tunggu", "lamp: wait" },                 TONE_WATCH },
	{ "closed",   { "lampu: tutup", "lamp: closed" },                TONE_WATCH },
	{ "fault",    { "lampu: panggil teknisi", "lamp: call the technician" }, TONE_WATCH },
	{ "alarm",    { "lampu: peringatan", "lamp: alarm" },            TONE_BAD },
	{ 0 },
};
static const struct word line_words[] = {
	{ "contact", { "daun terbuka", "leaf open" },                    TONE_PLAIN },
	{ "rex",     { "tombol keluar", "exit button" },                 TONE_PLAIN },
	{ "bolt",    { "lidah kunci keluar", "bolt thrown" },            TONE_PLAIN },
	{ "tamper",  { "kotak terbuka", "box open" },                    TONE_BAD },
	{ "fire",    { "alarm kebakaran", "fire alarm" },                TONE_BAD },
	{ "mains",   { "listrik padam", "mains lost" },                  TONE_WATCH },
	{ "battery", { "baterai lemah", "battery low" },                 TONE_WATCH },
	{ "hold",    { "kunci penahan terbuka", "hold-open key" },       TONE_WATCH },
	{ "partner", { "pintu sebelah belum terkunci", "other door not locked" }, TONE_WATCH },
	{ 0 },
};
static const struct word *const lists[WORDS_LIST_COUNT] = {
	[WORDS_REQUEST] = request_words, [WORDS_DOOR] = door_words, [WORDS_MODE] = mode_words,
	[WORDS_EVENT] = event_words, [WORDS_REASON] = reason_words, [WORDS_ALARM] = alarm_words,
	[WORDS_TRUST] = trust_words, [WORDS_UNIT] = unit_words, [WORDS_TONE] = tone_words,
	[WORDS_LAMP] = lamp_words, [WORDS_LINE] = line_words,
};
/* clang-format on */

const struct word *word_find(enum word_list list, const char *word)
{
	for (const struct word *row = lists[list]; row->word; row++) {
		if (strcmp(row->word, word) == 0)
			return row;
	}
	return NULL;
}

const char *word_say(enum word_list list, const char *word)
{
	const struct word *row = word_find(list, word);

	return row ? lang_pick(row->text) : word;
}

enum tone word_tone(enum word_list list, const char *word)
{
	const struct word *row = word_find(list, word);

	return row ? row->tone : TONE_PLAIN;
}

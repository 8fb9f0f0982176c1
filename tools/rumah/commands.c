#include "tools/rumah/commands.h"

#include <string.h>

#define SOCKET "[--board BOARD] [--socket PATH]"
#define WHYS "guest_waiting|lost_code|maintenance|emergency|test|other"

/* clang-format off */
const struct command commands[] = {
	{ "login", "[NAME]",
	  { "masuk sebagai petugas", "log in as a member of staff" },
	  { "Kata sandi ditanyakan tanpa ditampilkan, atau dibaca dari masukan standar.",
	    "The password is asked for without showing it, or read from standard input." }, cmd_login },
	{ "logout", "", { "keluar", "log out" }, { 0 }, cmd_logout },
	{ "whoami", "", { "siapa yang sedang masuk", "who is logged in" }, { 0 }, cmd_whoami },
	{ "password", "",
	  { "ganti kata sandi sendiri", "choose a password of one's own" },
	  { "Kata sandi sekarang, lalu yang baru (12 huruf atau lebih), ditanyakan atau dibaca dari masukan standar.",
	    "The present one, then the new one (12 characters or more), are asked for, or read from standard input." }, cmd_password },

	{ "request", "--unit UNIT --from TIME --until TIME --name NAME --phone PHONE [--with NAME...] [--heads N] "
	  "[--activity TEXT] [--kind WORD] [--programme WORD] [--organisation TEXT] [--email ADDRESS] [--letter TEXT]",
	  { "kirim permohonan", "send a request" },
	  { "Waktu: \"14.00\", \"besok 09.00\", \"2026-11-24 09.00\", sekarang, +2j. --with menambah orang; setiap orang "
	    "mendapat kode sendiri.",
	    "Times: \"14.00\", \"tomorrow 09.00\", \"2026-11-24 09.00\", now, +2h. --with adds a person; each gets a code "
	    "of their own." }, cmd_request },
	{ "requests", "[--state STATE]", { "daftar permohonan", "list the requests" },
	  { "Keadaan: diajukan, perlu_dilengkapi, disetujui, berlangsung, selesai, ditolak, dibatalkan, kedaluwarsa, tidak_hadir.",
	    "States: diajukan, perlu_dilengkapi, disetujui, berlangsung, selesai, ditolak, dibatalkan, kedaluwarsa, tidak_hadir." },
	  cmd_requests },
	{ "show", "NUMBER", { "satu permohonan dan riwayatnya", "one request and its history" }, { 0 }, cmd_show },
	{ "approve", "NUMBER [--wait SECONDS]", { "setujui, lalu tunggu kabar pintu", "approve, then wait for the doors" },
	  { "Menunggu 5 detik sampai pintu memastikan. Dengan --wait, pintu yang belum siap berarti gagal (1).",
	    "Waits 5 seconds for the doors to confirm. With --wait, a door that is not ready is a failure (1)." }, cmd_approve },
	{ "refuse", "NUMBER --reason TEXT", { "tolak permohonan", "refuse a request" }, { 0 }, cmd_refuse },
	{ "needs", "NUMBER --reason TEXT", { "minta dilengkapi", "ask for something more" }, { 0 }, cmd_needs },
	{ "revoke", "NUMBER --reason TEXT [--occupant N] [--wait SECONDS]",
	  { "batalkan, atau cabut kode satu orang", "cancel, or take one person's code back" },
	  { "Menunggu 5 detik sampai pintu memastikan. Dengan --wait, pintu yang belum memastikan berarti gagal (1).",
	    "Waits 5 seconds for the doors to confirm. With --wait, a door that did not confirm is a failure (1)." }, cmd_revoke },
	{ "finish", "NUMBER", { "selesai lebih awal", "end it early" }, { 0 }, cmd_finish },
	{ "extend", "NUMBER --until TIME [--wait SECONDS]", { "perpanjang; kode tetap sama", "extend; the code stays" }, { 0 }, cmd_extend },
	{ "occupant add", "NUMBER --name NAME [--phone PHONE]", { "tambah satu orang", "add one person" }, { 0 }, cmd_occupant_add },
	{ "occupant recode", "NUMBER --occupant N", { "kode baru untuk satu orang", "a new code for one person" }, { 0 }, cmd_recode },
	{ "occupant relink", "NUMBER --occupant N --reason TEXT",
	  { "tautan baru untuk satu orang; yang lama mati", "a new link for one person; the old one is dead" },
	  { "Kode lama ikut mati, sebab hanya tautan lama yang dapat membukanya.",
	    "The old code is dead too, for only the old link could open it." }, cmd_relink },

	{ "code", "[LINK]", { "yang dilihat tamu: kode dan pintunya", "what the guest sees: code and doors" },
	  { "LINK adalah rahasia: tanpa LINK, dibaca dari terminal tanpa ditampilkan atau dari masukan standar.",
	    "LINK is a secret: without it, it is read from the terminal without showing it, or from standard input." }, cmd_code },
	{ "guest", "cancel|finish|extend|complete [LINK] [--until TIME] [--reason TEXT]",
	  { "yang boleh dilakukan tamu dengan tautannya", "what a guest may do by link" }, { 0 }, cmd_guest },

	{ "doors", "[--watch]", { "keadaan semua pintu", "how all doors are" },
	  { "Yang paling perlu dilihat ada di atas. --watch memperbarui terus; Ctrl-C mengakhiri.",
	    "What needs looking at stands first. --watch keeps it up to date; Ctrl-C ends it." }, cmd_doors },
	{ "unlock", "BOARD --why " WHYS " [--text TEXT]", { "bukakan pintu sekarang", "unlock a door now" }, { 0 }, cmd_unlock },
	{ "action", "BOARD identify|silence|clear_lockout|self_test [--why " WHYS "] [--text TEXT]",
	  { "minta pintu melakukan sesuatu sekarang", "ask a door to do something now" }, { 0 }, cmd_action },
	{ "mode", "BOARD normal|lockdown|hold_open|closed [--until TIME] [--reason TEXT]",
	  { "atur mode pintu", "set a door's mode" },
	  { "hold_open memerlukan --until.", "hold_open needs --until." }, cmd_mode },
	{ "events", "[--board BOARD] [--limit N] [--follow]", { "kejadian di pintu", "what happened at the doors" }, { 0 }, cmd_events },
	{ "alarms", "", { "peringatan", "alarms" }, { 0 }, cmd_alarms },
	{ "ack", "ALARM [--note TEXT]", { "tandai sudah ditangani", "say that an alarm was seen to" }, { 0 }, cmd_ack },

	{ "unit add", "UNIT --name NAME [--kind room|dorm|bed] [--capacity N] [--parent UNIT] [--before MINUTES] [--after MINUTES]",
	  { "tambah ruang atau tempat tidur", "add a room or a bed" }, { 0 }, cmd_unit_add },
	{ "unit list", "", { "daftar ruang dan tempat tidur", "list rooms and beds" }, { 0 }, cmd_unit_list },
	{ "unit edit", "UNIT [--name NAME] [--description TEXT] [--capacity N] [--before MINUTES] [--after MINUTES] [--keeps-hours yes|no]",
	  { "ubah keterangan unit", "change what is said of a unit" }, { 0 }, cmd_unit_edit },
	{ "unit hours", "UNIT [--weekly HOURS...]",
	  { "atur jam buka", "set the opening hours" },
	  { "Tanpa --weekly: seperti unit induknya, atau selalu buka.",
	    "Without --weekly: as the unit around it, or always open." }, cmd_unit_hours },
	{ "unit close", "UNIT --until TIME --reason TEXT [--from TIME]",
	  { "tutup untuk perawatan", "close for maintenance" }, { 0 }, cmd_unit_close },
	{ "unit closures", "",
	  { "unit yang ditutup", "units that are closed" }, { 0 }, cmd_unit_closures },
	{ "unit open", "CLOSURE --reason TEXT",
	  { "buka kembali sebelum waktunya", "open again before its time" }, { 0 }, cmd_unit_open },
	{ "unit remove", "UNIT --reason TEXT",
	  { "hapus unit yang tidak lagi dipakai", "take a unit out of use" }, { 0 }, cmd_unit_remove },
	{ "unit busy", "UNIT --from TIME --until TIME",
	  { "kapan unit tidak kosong", "when a unit is not free" }, { 0 }, cmd_unit_busy },
	{ "holiday list", "",
	  { "daftar hari libur", "list the holidays" }, { 0 }, cmd_holiday_list },
	{ "holiday add", "--name NAME --from TIME --until TIME",
	  { "tambah hari libur", "add a holiday" }, { 0 }, cmd_holiday_add },
	{ "holiday remove", "--from TIME",
	  { "hapus hari libur", "take a holiday back" }, { 0 }, cmd_holiday_remove },
	{ "choice list", "",
	  { "daftar jenis kegiatan, program, dan alasan penolakan", "kinds of activity, programmes, reasons for refusing" }, { 0 }, cmd_choice_list },
	{ "choice put", "kind|programme|refusal ID --name NAME --english NAME [--position N] [--off]",
	  { "tambah atau ubah pilihan dalam daftar", "add or change a choice of a list" },
	  { "--off: tidak dapat dipilih lagi; yang sudah dipilih tetap terbaca.",
	    "--off: may not be chosen any more; what was chosen stays readable." }, cmd_choice_put },
	{ "board add", "BOARD --identity FILE --unit UNIT... [--name NAME]",
	  { "tambah pintu dengan kunci publik gawainya", "add a door by its board's public keys" },
	  { "FILE adalah identity.pub dari gawai; - membacanya dari masukan standar.",
	    "FILE is the board's identity.pub; - reads it from standard input." }, cmd_board_add },
	{ "board list", "", { "daftar gawai", "list the boards" }, { 0 }, cmd_board_list },
	{ "board move", "BOARD --reason TEXT [--unit UNIT...] [--name NAME]",
	  { "jadikan pintu unit lain, atau ganti namanya", "make it the door of other units, or rename it" }, { 0 }, cmd_board_move },
	{ "board watch", SOCKET, { "gawai di tempat ini: pintu, saluran, jam, antrean", "this machine's board: door, lines, clock, queue" },
	  { "Gambar yang hidup, di gawai itu sendiri; q atau Ctrl-C mengakhiri. Tidak dapat membuka pintu.",
	    "A live picture, on the board itself; q or Ctrl-C ends it. It cannot open the door." }, cmd_board_watch },
	{ "board selftest", "[--only CHECK...] [--wait SECONDS] " SOCKET,
	  { "uji setiap saluran bersama orang di pintu", "try every line, with a person at the door" },
	  { "CHECK: clock, storage, gateway, buzzer, lamp, keypad, rex, contact, lock, tamper, hold, partner, fire, mains, "
	    "battery. Menunggu 20 detik setiap kali. 1 bila ada yang gagal atau diakhiri.",
	    "CHECK: clock, storage, gateway, buzzer, lamp, keypad, rex, contact, lock, tamper, hold, partner, fire, mains, "
	    "battery. Waits 20 seconds each time. 1 when something failed or it was ended." }, cmd_board_selftest },
	{ "reader test", "--d0 LINE --d1 LINE [--bias up|down|none] [--seconds N]",
	  { "apa yang salah pada kabel pembaca", "what is wrong with a reader's cable" },
	  { "Di gawai itu sendiri, saat rumah-door berhenti. Tidak menampilkan tombol atau nomor kartu. 0 bila semuanya terbaca.",
	    "On the board itself, while rumah-door is stopped. Shows no key and no card number. 0 when all of it reads well." }, cmd_reader_test },
	{ "standing add", "--name NAME --board BOARD... --until TIME [--from TIME] [--weekly HOURS...] [--always] [--holidays]",
	  { "akses mingguan tanpa permohonan", "weekly access without a request" },
	  { "HOURS: \"senin-jumat 06.00-09.00\" atau \"sabtu,minggu 22.00-05.00\"; tanpa itu, setiap saat.",
	    "HOURS: \"monday-friday 06.00-09.00\" or \"saturday,sunday 22.00-05.00\"; without it, at any time." }, cmd_standing_add },
	{ "card add", "ID --layout 26|32|34|37-h10302|37-h10304 [--facility N]",
	  { "tambah kartu pada akses mingguan", "give weekly access a card" },
	  { "Nomor pada kartu ditanyakan, atau dibaca dari masukan standar.",
	    "The number on the card is asked for, or read from standard input." }, cmd_card_add },
	{ "card remove", "ID --reason TEXT", { "cabut kartu; kodenya tetap berlaku", "take the card away; the code stays" }, { 0 }, cmd_card_remove },
	{ "standing revoke", "ID --reason TEXT", { "cabut akses mingguan", "take weekly access away" }, { 0 }, cmd_standing_revoke },
	{ "staff put", "NAME --role desk|guard|manager|technician|auditor",
	  { "tambah petugas, atau ganti kata sandinya", "add a member of staff, or set a new password" },
	  { "Kata sandi (12 huruf atau lebih) ditanyakan, atau dibaca dari masukan standar.",
	    "The password (12 characters or more) is asked for, or read from standard input." }, cmd_staff_put },
	{ "staff list", "",
	  { "siapa yang memiliki akun", "who has an account" }, { 0 }, cmd_staff_list },
	{ "staff disable", "NAME --reason TEXT",
	  { "tutup akun; sesinya berakhir saat itu juga", "close an account; its sessions end at once" }, { 0 }, cmd_staff_disable },
	{ "staff enable", "NAME --reason TEXT",
	  { "buka kembali akun", "open an account again" }, { 0 }, cmd_staff_enable },
	{ "staff reset", "NAME --reason TEXT",
	  { "kata sandi sekali pakai", "a one-time password" },
	  { "Berlaku sekali, paling lama tiga hari, dan hanya untuk memilih kata sandi sendiri.",
	    "Good once, within three days, and only for choosing one's own." }, cmd_staff_reset },

	{ "sim press", "[KEYS] [--gap MS] " SOCKET, { "tekan tombol di pintu simulasi", "press keys at a simulated door" },
	  { "# mengakhiri kode, * menghapus. Ditolak berarti 1. Tanpa KEYS: dibaca tanpa ditampilkan.",
	    "# ends a code, * clears. A refusal is 1. Without KEYS: read without showing them." }, cmd_sim_press },
	{ "sim door", "open|closed " SOCKET, { "buka atau tutup daun pintu", "open or close the door's leaf" }, { 0 }, cmd_sim_door },
	{ "sim rex", "[on|off] " SOCKET, { "tekan tombol keluar (atau tahan, lepas)", "press the exit button (or hold it, let go)" }, { 0 }, cmd_sim_rex },
	{ "sim line", "contact|rex|bolt|tamper|fire|mains|battery|hold|partner on|off " SOCKET,
	  { "ubah satu masukan", "change one input" }, { 0 }, cmd_sim_line },
	{ "sim fault", "bouncing|cut|lines_low|noise|form on|off [--line LINE] " SOCKET,
	  { "rusakkan satu masukan (dengan --line) atau pembaca", "break one input (with --line) or the reader" }, { 0 }, cmd_sim_fault },
	{ "sim card", "NUMBER [--bits N] " SOCKET, { "tempelkan kartu (heksadesimal)", "show a card (hexadecimal)" }, { 0 }, cmd_sim_card },
	{ "sim show", SOCKET, { "kunci, daun pintu, lampu, dan nada", "strike, leaf, lamp and tones" }, { 0 }, cmd_sim_show },
	{ "sim watch", SOCKET, { "setiap perubahan, sampai Ctrl-C", "every change, until Ctrl-C" }, { 0 }, cmd_sim_watch },
	{ "sim list", "", { "pintu simulasi yang ada", "the simulated doors there are" }, { 0 }, cmd_sim_list },

	{ "health", "", { "apakah gerbang bekerja", "whether the gateway works" }, { 0 }, cmd_health },
	{ "help", "[COMMAND...]", { "bantuan", "help" }, { 0 }, cmd_help },
	{ "version", "", { "versi", "version" }, { 0 }, cmd_version },
};
/* clang-format on */
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

/* How many of argv's words `name` is made of; 0: it is another name. */
static size_t matches(const char *name, char *const *argv, size_t argc)
{
	const char *blank = strchr(name, ' ');
	size_t len = blank ? (size_t)(blank - name) : strlen(name);

	if (argc == 0 || strlen(argv[0]) != len || memcmp(argv[0], name, len) != 0)
		return 0;
	if (!blank)
		return 1;
	return argc > 1 && strcmp(argv[1], blank + 1) == 0 ? 2 : 0;
}

const struct command *command_find(char *const *argv, size_t argc, size_t *words)
{
	for (size_t i = 0; i < command_count; i++) {
		*words = matches(commands[i].name, argv, argc);
		if (*words > 0)
			return &commands[i];
	}
	return NULL;
}

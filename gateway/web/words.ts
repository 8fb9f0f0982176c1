// words - everything the pages say, in Bahasa Indonesia and English. `say` picks by the reader's choice.

const id = {
  title: "Rumah Guru",
  language: "English",
  loading: "Memuat…",
  failed: "Tidak terhubung ke gateway. Silakan coba lagi sebentar lagi.",
  cancelDialog: "Kembali",
  close: "Tutup",
  copied: "Tersalin",
  copy: "Salin",
  reason: "Alasan",
  untilWord: "s.d.",

  // the request form
  askTitle: "Permohonan ruang",
  askIntro: "Silakan isi. Setelah terkirim, Bapak/Ibu mendapat satu tautan pribadi untuk melihat status dan kode pintu.",
  unit: "Ruang atau tempat tidur",
  date: "Tanggal",
  from: "Mulai pukul",
  until: "Selesai pukul",
  untilDate: "Sampai tanggal",
  name: "Nama penanggung jawab",
  phone: "Nomor WhatsApp",
  organisation: "Instansi atau organisasi (boleh kosong)",
  activity: "Kegiatan",
  heads: "Jumlah peserta",
  kind: "Jenis kegiatan",
  kinds: { rapat: "Rapat", pelatihan: "Pelatihan", menginap: "Menginap", lainnya: "Lainnya" } as Record<string, string>,
  letter: "Isi surat permohonan (boleh kosong)",
  send: "Kirim permohonan",
  sent: "Permohonan sudah kami terima.",
  sentNumber: "Nomor permohonan",
  sentLink: "Ini tautan pribadi Bapak/Ibu. Simpan baik-baik: hanya tautan ini yang menampilkan kode pintu, dan hanya ditampilkan sekali.",
  see: "Lihat status",
  units: { room: "ruang rapat", dorm: "asrama", bed: "tempat tidur" } as Record<string, string>,
  people: "orang",

  // states, as a guest and as staff see them
  guestStates: {
    diajukan: "sudah kami terima dan menunggu persetujuan",
    perlu_dilengkapi: "perlu dilengkapi",
    disetujui: "disetujui",
    berlangsung: "sedang berlangsung",
    selesai: "sudah selesai",
    ditolak: "belum dapat kami setujui",
    dibatalkan: "dibatalkan",
    kedaluwarsa: "kedaluwarsa",
    tidak_hadir: "berakhir tanpa kehadiran",
  } as Record<string, string>,
  states: {
    draf: "Draf", diajukan: "Menunggu persetujuan", perlu_dilengkapi: "Perlu dilengkapi", disetujui: "Disetujui",
    berlangsung: "Berlangsung", selesai: "Selesai", ditolak: "Ditolak", dibatalkan: "Dibatalkan",
    kedaluwarsa: "Kedaluwarsa", tidak_hadir: "Tidak hadir",
  } as Record<string, string>,

  // the teacher's page
  welcome: (name: string) => `Selamat datang, ${name}.`,
  requestIs: "Permohonan Anda",
  standingIs: "Anda mendapat akses tetap.",
  doorCode: "Kode pintu",
  backupCode: "Kode cadangan",
  keypad: "Ketik kode, lalu tekan #. Salah tekan? Tekan * dan ulangi.",
  codeFrom: (when: string) => `Kode muncul mulai ${when}.`,
  codeOver: "Kode sudah tidak berlaku.",
  valid: "Berlaku",
  atDoor: "siap di pintu",
  notAtDoor: "sedang dikirim ke pintu",
  noSecret: "Tautan ini tidak lengkap. Silakan buka kembali tautan yang Bapak/Ibu terima.",
  noLink: "Tautan ini tidak dikenal. Silakan hubungi ULT.",
  extend: (minutes: number) => `Perpanjang ${minutes} menit`,
  finish: "Selesai lebih awal",
  cancel: "Batalkan",
  complete: "Sudah saya lengkapi",
  sureFinish: "Akhiri pemakaian sekarang? Kode pintu langsung tidak berlaku.",
  sureCancel: "Batalkan permohonan ini? Kode pintu, bila sudah ada, langsung tidak berlaku.",
  sureComplete: "Kirim kembali permohonan ini untuk diperiksa?",
  sureExtend: (minutes: number) => `Perpanjang ${minutes} menit? Kode tetap sama.`,
  yes: "Ya",
  asOf: "Dilihat pukul",
  changed: "Tersimpan.",
  handOn: "Tautan untuk penghuni lain",

  // the staff page
  watch: "Pantauan",
  staffName: "Nama pengguna",
  password: "Kata sandi",
  logIn: "Masuk",
  logOut: "Keluar",
  roles: { desk: "ULT", guard: "penjaga", manager: "pengelola", technician: "teknisi", auditor: "auditor" } as Record<string, string>,
  updated: (age: string) => `diperbarui ${age} lalu`,
  lost: (at: string) => `Tampilan tidak terhubung sejak pukul ${at}. Yang terlihat di bawah mungkin sudah berubah.`,
  expired: "Sesi berakhir. Silakan masuk kembali.",
  doors: "Pintu",
  requests: "Permohonan",
  waiting: "Menunggu persetujuan",
  current: "Disetujui",
  events: "Kejadian terbaru",
  alarms: "Peringatan",
  noDoors: "Belum ada pintu. Daftarkan dengan perintah rumah.",
  noRequests: "Tidak ada permohonan yang menunggu.",
  noCurrent: "Belum ada yang disetujui.",
  noEvents: "Belum ada kejadian.",
  approve: "Setujui",
  refuse: "Tolak",
  needs: "Minta perbaikan",
  unlock: "Buka sesaat",
  holdOpen: "Tahan terbuka",
  lockNow: "Kunci kembali",
  acknowledge: "Tandai sudah ditangani",
  acknowledged: (who: string) => `ditangani ${who}`,
  active: "masih berlangsung",
  over: "sudah pulih",
  since: "sejak",
  waits: "menunggu",
  rivals: (n: number) => `${n} permohonan lain pada waktu yang sama`,
  consequenceApprove: (unit: string) => `Kode pintu untuk ${unit} dibuat dan dikirim ke pintunya. Pemohon melihatnya lewat tautan pribadi.`,
  consequenceRivals: (n: number) => `${n} permohonan lain pada waktu yang sama tidak dapat disetujui lagi dan masuk daftar tunggu.`,
  consequenceRefuse: "Pemohon melihat alasan ini di halamannya. Waktu yang ditahan dilepas kembali.",
  consequenceNeeds: "Pemohon diminta melengkapi; waktunya tetap ditahan sampai tenggat.",
  consequenceCancel: "Kode pintu dicabut dari semua pintunya. Pemohon melihat alasan ini di halamannya.",
  consequenceUnlock: "Kunci dilepas beberapa detik, satu kali. Nama Anda tercatat.",
  consequenceHold: "Pintu tidak terkunci sampai pukul yang dipilih, lalu terkunci sendiri.",
  consequenceLock: "Penahanan berakhir; pintu terkunci begitu tertutup.",
  why: "Sebab",
  whys: {
    guest_waiting: "tamu menunggu", lost_code: "kode hilang", maintenance: "perawatan", emergency: "darurat",
    test: "uji coba", other: "lainnya",
  } as Record<string, string>,
  ready: "siap di pintu",
  readyOf: (n: number, all: number) => `${n} dari ${all} pintu siap`,
  lastKnown: "terakhir diketahui",
  never: "belum pernah terdengar",
  queue: (n: number) => `${n} kejadian belum terkirim`,
  snapshotReady: "daftar kode sampai",
  snapshotWaits: "daftar kode belum sampai",
  sentAction: "Perintah terkirim.",
  doneAction: "perintah dijalankan",
  failedAction: "perintah ditolak pintu",
  doorWords: {
    kebakaran: "Alarm kebakaran", terpaksa_dibuka: "Terpaksa dibuka", gawai_diutak_atik: "Gawai diutak-atik", kode_salah_berulang: "Kode salah berulang",
    dibiarkan_terbuka: "Dibiarkan terbuka", luring: "Luring", gawai_bermasalah: "Gawai bermasalah",
    kode_belum_sampai: "Kode belum sampai", jam_belum_sinkron: "Jam belum sinkron", ditahan_terbuka: "Ditahan terbuka",
    terbuka: "Terbuka", tidak_terkunci: "Tidak terkunci", terkunci: "Terkunci",
    unknown: "Belum ada kabar",
  } as Record<string, string>,
  modes: { lockdown: "terkunci untuk semua", closed: "tutup" } as Record<string, string>,
  // of alarms, events and their reasons: one word, one meaning
  says: {
    forced: "terpaksa dibuka", held_open: "dibiarkan terbuka", wrong_codes: "kode salah berulang",
    injection: "tombol ditekan mesin", stale: "tidak terhubung ke gateway", equivocation: "daftar kode bertentangan",
    storage: "penyimpanan bermasalah", stuck_input: "tombol atau kabel macet", restored: "gateway dipulihkan dari cadangan",
    log_gap: "catatan pintu tidak lengkap", unused: "dibuka, tidak ada yang masuk", tamper: "kotak gawai dibuka",
    fire: "alarm kebakaran", lock_fault: "kunci tidak mengikuti perintah", line_fault: "kabel pintu bermasalah",
    reader_fault: "pembaca bermasalah", power: "listrik padam", battery: "baterai lemah", clock: "jam belum pasti",

    boot: "gawai menyala", access_granted: "dibuka", access_denied: "ditolak", lockout_started: "terlalu banyak percobaan",
    lockout_ended: "percobaan dibuka lagi", injection_suspected: "tombol ditekan mesin", door_opened: "pintu terbuka",
    door_closed: "pintu tertutup", door_forced: "terpaksa dibuka", rex: "tombol keluar", mode_changed: "mode berubah",
    snapshot_applied: "daftar kode sampai", snapshot_refused: "daftar kode ditolak", action_done: "perintah dijalankan",
    action_refused: "perintah ditolak", alarm_cleared: "peringatan pulih", clock_changed: "jam berubah",
    storage_fault: "penyimpanan bermasalah", storage_restored: "penyimpanan pulih", gap: "ada kejadian hilang",
    message_refused: "pesan ditolak", alarm_raised: "peringatan", released: "kunci dilepas", relocked: "terkunci kembali",
    lock_retried: "kunci diperintah ulang",

    code: "kode", long_code: "kode cadangan", action: "dari pantauan", rex_release: "tombol keluar", unknown_code: "kode salah",
    not_yet: "belum waktunya", expired: "kedaluwarsa", outside_hours: "di luar jam", holiday: "hari libur",
    already_used: "sudah dipakai", lockdown: "terkunci untuk semua", closed: "tutup", locked_out: "sedang menunggu",
    too_fast: "terlalu cepat", bad_length: "jumlah angka salah", card: "kartu", unknown_card: "kartu tidak dikenal",
    interlock: "pintu sebelah belum terkunci", hold_switch: "kunci penahan di pintu", bouncing: "kontak bergetar",
    cut: "kabel putus", lines_low: "pembaca terlepas", noise: "gangguan pada kabel", form: "isi tidak dikenal",
    stuck: "tombol atau kabel macet", held: "dibiarkan terbuka",
  } as Record<string, string>,
  late: "terkirim belakangan",
  second: "detik", minute: "menit", hour: "jam", day: "hari",
};

type Words = typeof id;

const en: Words = {
  ...id,
  language: "Bahasa Indonesia",
  loading: "Loading…",
  failed: "The gateway cannot be reached. Please try again in a moment.",
  cancelDialog: "Back",
  close: "Close",
  copied: "Copied",
  copy: "Copy",
  reason: "Reason",
  untilWord: "to",
  askTitle: "Ask for a room",
  askIntro: "Once it is sent you get one private link that shows its state and the door code.",
  unit: "Room or bed",
  date: "Date",
  from: "From",
  until: "Until",
  untilDate: "Until date",
  name: "Person in charge",
  phone: "WhatsApp number",
  organisation: "Organisation (may be empty)",
  activity: "Activity",
  heads: "Number of people",
  kind: "Kind of activity",
  kinds: { rapat: "Meeting", pelatihan: "Training", menginap: "Stay", lainnya: "Other" },
  letter: "Text of the letter (may be empty)",
  send: "Send request",
  sent: "We have received your request.",
  sentNumber: "Request number",
  sentLink: "This is your private link. Keep it: only this link shows the door code, and it is shown only once.",
  see: "Check status",
  units: { room: "meeting room", dorm: "dormitory", bed: "bed" },
  people: "people",
  guestStates: {
    diajukan: "received and waits for approval", perlu_dilengkapi: "in need of something more", disetujui: "approved",
    berlangsung: "in use", selesai: "over", ditolak: "not approved", dibatalkan: "cancelled", kedaluwarsa: "expired",
    tidak_hadir: "over; nobody came",
  },
  states: {
    draf: "Draft", diajukan: "Waiting for approval", perlu_dilengkapi: "Needs more", disetujui: "Approved",
    berlangsung: "In use", selesai: "Over", ditolak: "Refused", dibatalkan: "Cancelled", kedaluwarsa: "Expired",
    tidak_hadir: "No-show",
  },
  welcome: (name) => `Welcome, ${name}.`,
  requestIs: "Your request is",
  standingIs: "You have standing access.",
  doorCode: "Door code",
  backupCode: "Backup code",
  keypad: "Type the code, then press #. A slip? Press * and start again.",
  codeFrom: (when) => `The code appears from ${when}.`,
  codeOver: "The code is no longer valid.",
  valid: "Valid",
  atDoor: "ready at the door",
  notAtDoor: "on its way to the door",
  noSecret: "This link is not complete. Please open the link you were given again.",
  noLink: "This link is not known. Please ask the desk.",
  extend: (minutes) => `Extend ${minutes} minutes`,
  finish: "End early",
  cancel: "Cancel",
  complete: "I have completed it",
  sureFinish: "End now? The door code stops at once.",
  sureCancel: "Cancel this request? A door code, if there is one, stops at once.",
  sureComplete: "Send this request to be looked at again?",
  sureExtend: (minutes) => `Extend by ${minutes} minutes? The code stays.`,
  yes: "Yes",
  asOf: "As seen at",
  changed: "Saved.",
  handOn: "Links for the others",
  watch: "Watch",
  staffName: "User name",
  password: "Password",
  logIn: "Log in",
  logOut: "Log out",
  roles: { desk: "desk", guard: "guard", manager: "manager", technician: "technician", auditor: "auditor" },
  updated: (age) => `updated ${age} ago`,
  lost: (at) => `This page has been cut off since ${at}. What it shows may have changed.`,
  expired: "The session has ended. Please log in again.",
  doors: "Doors",
  requests: "Requests",
  waiting: "Waiting for approval",
  current: "Approved",
  events: "Latest events",
  alarms: "Alarms",
  noDoors: "No doors yet. Add them with the rumah command.",
  noRequests: "No request is waiting.",
  noCurrent: "Nothing approved yet.",
  noEvents: "No events yet.",
  approve: "Approve",
  refuse: "Refuse",
  needs: "Ask for more",
  unlock: "Open once",
  holdOpen: "Hold open",
  lockNow: "Lock again",
  acknowledge: "Mark as seen to",
  acknowledged: (who) => `seen to by ${who}`,
  active: "still going on",
  over: "back to normal",
  since: "since",
  waits: "waiting",
  rivals: (n) => `${n} other requests for the same time`,
  consequenceApprove: (unit) => `A door code for ${unit} is made and sent to its doors. The private link shows it.`,
  consequenceRivals: (n) => `${n} other requests for the same time can no longer be approved and go on the waiting list.`,
  consequenceRefuse: "The applicant's page shows this reason. The time is free again.",
  consequenceNeeds: "The applicant is asked for more; the time stays held until the deadline.",
  consequenceCancel: "The door code is taken off all its doors. The applicant's page shows this reason.",
  consequenceUnlock: "The lock is released for a few seconds, once. Your name is recorded.",
  consequenceHold: "The door stays unlocked until the chosen time, then locks itself.",
  consequenceLock: "Holding ends; the door locks once it is shut.",
  why: "Why",
  whys: {
    guest_waiting: "a guest is waiting", lost_code: "lost code", maintenance: "maintenance", emergency: "emergency",
    test: "test", other: "other",
  },
  ready: "ready at the door",
  readyOf: (n, all) => `${n} of ${all} doors ready`,
  lastKnown: "last known",
  never: "never heard",
  queue: (n) => `${n} events not yet sent`,
  snapshotReady: "codes have arrived",
  snapshotWaits: "codes have not arrived",
  sentAction: "Sent.",
  doneAction: "done",
  failedAction: "the door refused",
  doorWords: {
    kebakaran: "Fire alarm", terpaksa_dibuka: "Forced open", gawai_diutak_atik: "Tampered with", kode_salah_berulang: "Repeated wrong codes",
    dibiarkan_terbuka: "Left open", luring: "Offline", gawai_bermasalah: "Device in trouble", kode_belum_sampai: "Codes not arrived",
    jam_belum_sinkron: "Clock not in sync", ditahan_terbuka: "Held open", terbuka: "Open", tidak_terkunci: "Unlocked",
    terkunci: "Locked", unknown: "No news yet",
  },
  modes: { lockdown: "locked for all", closed: "closed" },
  says: {
    forced: "forced open", held_open: "left open", wrong_codes: "repeated wrong codes", injection: "keys pressed by a machine",
    stale: "cut off from the gateway", equivocation: "contradicting code lists", storage: "storage trouble",
    stuck_input: "a key or wire is stuck", restored: "the gateway came back from a backup", log_gap: "the door's log has a gap",
    unused: "opened, nobody came in", tamper: "the box was opened", fire: "fire alarm", lock_fault: "the lock does not follow",
    line_fault: "trouble with a door cable", reader_fault: "trouble with the reader", power: "mains lost", battery: "battery low",
    clock: "clock not certain",

    boot: "started", access_granted: "opened", access_denied: "refused", lockout_started: "too many tries",
    lockout_ended: "tries allowed again", injection_suspected: "keys pressed by a machine", door_opened: "door open",
    door_closed: "door shut", door_forced: "forced open", rex: "exit button", mode_changed: "mode changed",
    snapshot_applied: "codes arrived", snapshot_refused: "codes refused", action_done: "done", action_refused: "refused",
    alarm_cleared: "alarm over", clock_changed: "clock changed", storage_fault: "storage trouble",
    storage_restored: "storage well again", gap: "events were lost", message_refused: "message refused", alarm_raised: "alarm",
    released: "lock released", relocked: "locked again", lock_retried: "lock told again",

    code: "code", long_code: "backup code", action: "by staff", rex_release: "exit button", unknown_code: "wrong code",
    not_yet: "too early", expired: "expired", outside_hours: "outside hours", holiday: "holiday",
    already_used: "already used", lockdown: "locked for all", closed: "closed", locked_out: "has to wait",
    too_fast: "too fast", bad_length: "wrong number of digits", card: "card", unknown_card: "unknown card",
    interlock: "the other door is not locked", hold_switch: "the key switch at the door", bouncing: "a contact chatters",
    cut: "a cable is cut", lines_low: "the reader is unplugged", noise: "noise on the wires", form: "not understood",
    stuck: "a key or wire is stuck", held: "left open",
  },
  late: "sent later",
  second: "s", minute: "min", hour: "h", day: "d",
};

const chosen = (): string => {
  try {
    return localStorage.getItem("language") || "id";
  } catch {
    return "id"; // storage is off: the page still works, in the house's language
  }
};

export const isEnglish = chosen() === "en";
export const say: Words = isEnglish ? en : id;

export function switchLanguage(): void {
  try {
    localStorage.setItem("language", isEnglish ? "id" : "en");
  } finally {
    location.reload();
  }
}

// ---- time: UTC in the data, the house's zone on the page
const zone = "Asia/Jakarta";
const locale = isEnglish ? "en-GB" : "id-ID";
const dayFormat = new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: "long", day: "numeric", month: "long", year: "numeric" });
const shortFormat = new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: "short", day: "numeric", month: "short" });
const timeFormat = new Intl.DateTimeFormat("id-ID", { timeZone: zone, hour: "2-digit", minute: "2-digit" });

export const clock = (ms: number): string => timeFormat.format(ms);
const key = (ms: number): string => shortFormat.format(ms);

export function windowWords(from: number, until: number, short = false): string {
  const day = (ms: number) => (short ? shortFormat : dayFormat).format(ms);
  const at = isEnglish ? "" : "pukul ";
  if (key(from) === key(until)) return `${day(from)}, ${at}${clock(from)}–${clock(until)} WIB`;
  return `${day(from)}, ${at}${clock(from)} ${say.untilWord} ${day(until)}, ${at}${clock(until)} WIB`;
}

export function momentWords(ms: number): string {
  return `${dayFormat.format(ms)}, ${isEnglish ? "" : "pukul "}${clock(ms)} WIB`;
}

export function age(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} ${say.second}`;
  if (s < 3600) return `${Math.floor(s / 60)} ${say.minute}`;
  if (s < 172800) return `${Math.floor(s / 3600)} ${say.hour}`;
  return `${Math.floor(s / 86400)} ${say.day}`;
}

// staff - the watch: requests that wait, doors as they are, what happened. Drawn anew from `world` on every change.
import { chips, Door, icon, lastKnown, lookOf } from "./doors";
import { listen } from "./live";
import { ask, byId, dialog, field, h, header, Refusal, toast } from "./page";
import { age, clock, say, windowWords } from "./words";

interface Session { name: string; role: string; csrf: string }
interface Ask {
  number: string; state: string; unit_name: string; organisation?: string; activity: string; heads: number; name: string;
  from_ms: number; until_ms: number; at_ms: number; rival_count: number; doors: { name: string; is_ready: boolean }[];
}
interface Alarm { id: number; board: string; alarm: string; began_ms: number; ended_ms?: number; acked_ms?: number; acked_by?: string }
interface Happening { id: number; board: string; type: string; reason: string; trust: string; wall_ms: number; received_ms: number; number?: string }

const EVENTS = 20;
const LATE_MS = 120000;
const world = {
  session: null as Session | null, doors: new Map<string, Door>(), requests: new Map<string, Ask>(), alarms: new Map<number, Alarm>(),
  events: [] as Happening[], clockOffset: 0, heardAt: 0, lostAt: 0,
};

const now = (): number => Date.now() + world.clockOffset;
const can = (...roles: string[]): boolean => roles.includes(world.session?.role || "");
const change = (path: string, body: unknown = {}, method = "POST"): Promise<void> =>
  ask(method, path, method === "POST" ? body : undefined, { "X-CSRF-Token": world.session!.csrf });
const doorName = (board: string): string => world.doors.get(board)?.name || board;

// ---- dialogs
const reasonField = (): HTMLElement => field(say.reason, h("textarea", { name: "reason", rows: 2, maxlength: 500, required: true }));

function decide(request: Ask, act: string, title: string, consequence: string[], needsReason: boolean): void {
  const what = `${request.unit_name} · ${windowWords(request.from_ms, request.until_ms, true)}`;
  dialog(`${title}: ${request.number}`, [what, ...consequence], needsReason ? [reasonField()] : [], title, async (data) => {
    await change(`/api/requests/${request.number}/${act}`, needsReason ? { reason: data.get("reason") } : {});
    toast(`${request.number}: ${say.changed}`);
  });
}

function unlock(door: Door): void {
  const whys = Object.keys(say.whys).map((why) => h("option", { value: why }, say.whys[why]));
  dialog(`${say.unlock}: ${door.name}`, [say.consequenceUnlock], [field(say.why, h("select", { name: "why" }, ...whys))], say.unlock,
    async (data) => {
      await change(`/api/doors/${door.board}/action`, { what: "unlock", why: data.get("why") });
      toast(say.sentAction);
    });
}

function hold(door: Door): void {
  const hours = [1, 2, 4].map((n) => h("option", { value: n }, `${n} ${say.hour}`));
  dialog(`${say.holdOpen}: ${door.name}`, [say.consequenceHold], [field(say.until, h("select", { name: "hours" }, ...hours)), reasonField()],
    say.holdOpen, async (data) => {
      const until = Math.round(now() + Number(data.get("hours")) * 3600e3);
      await change(`/api/doors/${door.board}/mode`, { mode: "hold_open", until_ms: until, reason: data.get("reason") });
      toast(say.sentAction);
    });
}

function lockNow(door: Door): void {
  dialog(`${say.lockNow}: ${door.name}`, [say.consequenceLock], [reasonField()], say.lockNow, async (data) => {
    await change(`/api/doors/${door.board}/mode`, { mode: "normal", reason: data.get("reason") });
    toast(say.sentAction);
  });
}

// ---- parts of the page
const button = (text: string, click: () => void, kind = "", disabled = false): HTMLElement => h("button", { class: kind, click, disabled }, text);

function readiness(request: Ask): HTMLElement | null {
  if (!request.doors.length) return null;
  const ready = request.doors.filter((door) => door.is_ready).length;
  const all = ready === request.doors.length;
  return h("p", { class: all ? "good" : "wait" }, all ? `${say.ready} ✔` : say.readyOf(ready, request.doors.length));
}

function requestCard(request: Ask): HTMLElement {
  const isWaiting = request.state === "diajukan";
  const isLive = request.state === "disetujui" || request.state === "berlangsung";
  const approve = [say.consequenceApprove(request.unit_name), request.rival_count ? say.consequenceRivals(request.rival_count) : ""];
  return h("article", { class: "card request" },
    h("h3", {}, request.unit_name, h("small", {}, ` ${request.number}`)),
    h("p", { class: "strong" }, windowWords(request.from_ms, request.until_ms, true)),
    h("p", {}, `${request.name}${request.organisation ? `, ${request.organisation}` : ""} · ${request.heads} ${say.people}`),
    h("p", {}, request.activity),
    h("p", { class: "muted" }, `${say.states[request.state] || request.state}${isWaiting ? ` · ${say.waits} ${age(now() - request.at_ms)}` : ""}`),
    isWaiting && request.rival_count ? h("p", { class: "wait" }, `⚠ ${say.rivals(request.rival_count)}`) : null,
    readiness(request),
    can("desk", "manager") && h("div", { class: "buttons" },
      isWaiting && button(say.approve, () => decide(request, "approve", say.approve, approve.filter(Boolean), false), "primary"),
      isWaiting && button(say.needs, () => decide(request, "needs", say.needs, [say.consequenceNeeds], true)),
      isWaiting && button(say.refuse, () => decide(request, "refuse", say.refuse, [say.consequenceRefuse], true)),
      isLive && button(say.cancel, () => decide(request, "cancel", say.cancel, [say.consequenceCancel], true))));
}

function doorCard(door: Door): HTMLElement {
  const look = lookOf(door, now());
  const until = door.mode === "hold_open" && door.mode_until_ms ? ` ${say.untilWord} ${clock(door.mode_until_ms)}` : "";
  const action = door.action && door.action.is_done !== undefined && now() - door.action.at_ms < 60000 ? door.action : null;
  return h("article", { class: `card door ${look.tone}` },
    h("h3", {}, door.name),
    h("p", { class: "state" }, icon(look.shape) as HTMLElement, h("strong", {}, look.word + until)),
    !door.is_online && !!door.state && h("p", { class: "muted" }, lastKnown(door)),
    action && h("p", { class: action.is_done ? "good" : "wait" }, action.is_done ? say.doneAction : say.failedAction),
    chips(door, now()),
    h("div", { class: "buttons" },
      can("desk", "guard", "manager", "technician") && button(say.unlock, () => unlock(door), "", !door.is_online),
      can("desk", "guard", "manager") && (door.mode === "hold_open" ? button(say.lockNow, () => lockNow(door)) : button(say.holdOpen, () => hold(door)))));
}

function alarmRow(alarm: Alarm): HTMLElement {
  const when = `${say.since} ${clock(alarm.began_ms)} · ${alarm.ended_ms ? say.over : say.active}`;
  return h("article", { class: `card alarm ${alarm.ended_ms ? "" : "bad"}` },
    h("p", {}, icon("triangle") as HTMLElement, h("strong", {}, ` ${doorName(alarm.board)}: ${say.says[alarm.alarm] || alarm.alarm}`)),
    h("p", { class: "muted" }, alarm.acked_ms ? `${when} · ${say.acknowledged(alarm.acked_by || "")}` : when),
    !alarm.acked_ms && can("desk", "guard", "manager", "technician") && h("div", { class: "buttons" },
      button(say.acknowledge, () => change(`/api/alarms/${alarm.id}/ack`).catch((error: Error) => toast(error.message)))));
}

function eventRow(event: Happening): HTMLElement {
  const isSure = event.trust !== "floor"; // a board that began without a clock: when we heard of it says more
  const isLate = isSure && event.received_ms - event.wall_ms > LATE_MS;
  const what = say.says[event.type] || event.type;
  const why = say.says[event.reason]; // which may be what it is: an alarm's own reason
  return h("li", {}, h("time", {}, isSure ? clock(event.wall_ms) : `± ${clock(event.received_ms)}`), h("span", {},
    `${doorName(event.board)}: ${what}${why && why !== what ? ` (${why})` : ""}` +
    `${event.number ? ` · ${event.number}` : ""}${isLate ? ` · ${say.late}` : ""}`));
}

const list = (title: string, items: HTMLElement[], empty: string, kind = ""): HTMLElement =>
  h("section", { class: kind }, h("h2", {}, title), ...(items.length ? items : [h("p", { class: "muted" }, empty)]));

// ---- the whole page
let isDue = false;
function draw(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    drawNow();
  });
}

function drawNow(): void {
  const main = byId("main");
  // Somebody is about to press a button with the keyboard: nothing moves under the finger.
  const focused = document.activeElement;
  if (focused && focused !== document.body && main.contains(focused) && focused.matches(":focus-visible")) {
    focused.addEventListener("blur", draw, { once: true });
    return;
  }
  const requests = [...world.requests.values()];
  const waiting = requests.filter((r) => r.state === "diajukan").sort((a, b) => a.at_ms - b.at_ms);
  const current = requests.filter((r) => r.state === "disetujui" || r.state === "berlangsung").sort((a, b) => a.from_ms - b.from_ms);
  const doors = [...world.doors.values()].map((door) => ({ door, rank: lookOf(door, now()).rank }))
    .sort((a, b) => a.rank - b.rank || a.door.name.localeCompare(b.door.name));
  const alarms = [...world.alarms.values()].filter((a) => !a.ended_ms || !a.acked_ms).sort((a, b) => b.began_ms - a.began_ms);
  main.className = world.lostAt ? "watch dim" : "watch";
  main.replaceChildren(
    h("div", { class: "queue" },
      alarms.length ? list(say.alarms, alarms.map(alarmRow), "") : "",
      list(say.waiting, waiting.map(requestCard), say.noRequests),
      list(say.current, current.map(requestCard), say.noCurrent)),
    h("div", { class: "board" },
      h("section", {}, h("h2", {}, say.doors), h("div", { class: "grid" },
        ...(doors.length ? doors.map(({ door }) => doorCard(door)) : [h("p", { class: "muted" }, say.noDoors)]))),
      h("section", {}, h("h2", {}, say.events), world.events.length
        ? h("ul", { class: "events card" }, ...world.events.map(eventRow)) : h("p", { class: "muted" }, say.noEvents))));
  const urgent = alarms.filter((alarm) => !alarm.acked_ms).length + waiting.length;
  document.title = `${urgent ? `(${urgent}) ` : ""}${say.watch} · ${say.title}`;
}

function drawStatus(): void {
  const status = byId("status");
  status.textContent = world.lostAt ? "" : say.updated(age(Date.now() - world.heardAt));
  byId("banner").textContent = world.lostAt ? say.lost(clock(world.lostAt)) : "";
  for (const chip of document.querySelectorAll<HTMLElement>("[data-since]"))
    chip.textContent = say.updated(age(now() - Number(chip.dataset.since)));
}

function setLost(isLost: boolean): void {
  if (isLost === !!world.lostAt) return;
  world.lostAt = isLost ? Date.now() : 0;
  draw();
  drawStatus();
}

interface Picture { now_ms: number; doors: Door[]; requests?: Ask[]; alarms: Alarm[] }

function take(what: string, json: unknown): void {
  if (what === "picture") {
    const picture = json as Picture;
    world.clockOffset = picture.now_ms - Date.now();
    world.doors = new Map(picture.doors.map((door) => [door.board, door]));
    world.requests = new Map((picture.requests || []).map((request) => [request.number, request]));
    world.alarms = new Map(picture.alarms.map((alarm) => [alarm.id, alarm]));
    setLost(false);
    ask<{ events: Happening[] }>("GET", `/api/events?limit=${EVENTS}`).then((answer) => {
      world.events = answer.events;
      draw();
    }, () => undefined); // the stream says when the gateway is gone
  }
  if (what === "door") world.doors.set((json as Door).board, json as Door);
  if (what === "request") world.requests.set((json as Ask).number, json as Ask);
  if (what === "alarm") world.alarms.set((json as Alarm).id, json as Alarm);
  if (what === "event") world.events = [json as Happening, ...world.events].slice(0, EVENTS);
  draw();
}

async function logOut(): Promise<void> {
  await change("/api/session", undefined, "DELETE").catch(() => undefined);
  location.reload();
}

function watch(session: Session): void {
  world.session = session;
  header("header", h("span", { id: "status", role: "status" }),
    h("span", { class: "muted who" }, `${session.name} (${say.roles[session.role] || session.role})`), button(say.logOut, logOut, "link"));
  byId("header").after(h("div", { id: "banner", role: "alert" }));
  listen({
    event: take,
    alive: () => (world.heardAt = Date.now()),
    lost: () => setLost(true),
    loggedOut: () => {
      toast(say.expired);
      setTimeout(() => location.reload(), 1500);
    },
  });
  setInterval(drawStatus, 1000);
}

function logIn(): void {
  const problem = h("p", { class: "problem", role: "alert" });
  const go = h("button", { class: "primary wide" }, say.logIn) as HTMLButtonElement;
  const form = h("form", { class: "card narrow" },
    h("h1", {}, say.watch),
    field(say.staffName, h("input", { name: "name", required: true, maxlength: 32, autocomplete: "username", autocapitalize: "none" })),
    field(say.password, h("input", { name: "password", type: "password", required: true, maxlength: 128, autocomplete: "current-password" })),
    problem, go) as HTMLFormElement;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    go.disabled = true;
    problem.textContent = "";
    try {
      watch(await ask<Session>("POST", "/api/session", { name: data.get("name"), password: data.get("password") }));
    } catch (error) {
      problem.textContent = (error as Refusal).message;
      go.disabled = false;
    }
  });
  header("header");
  byId("main").replaceChildren(form);
}

ask<Session>("GET", "/api/session").then(watch, (error: Refusal) => {
  if (error.status === 401) return logIn();
  byId("main").replaceChildren(h("p", { class: "card problem" }, error.message));
});

// teacher - the page behind a private link. The secret stands after the #, which a browser never sends.
import { ask, byId, copy, dialog, h, header, Refusal, toast } from "./page";
import { clock, momentWords, say, windowWords } from "./words";

interface Code { occupant: number; name: string; digits: string; long_digits?: string }
interface View {
  kind: string; now_ms: number; name: string; number?: string; state?: string; unit_name?: string; activity?: string;
  from_ms: number; until_ms: number; opens_from_ms?: number; opens_until_ms?: number; reason?: string; is_over: boolean;
  code_from_ms?: number; codes: Code[]; doors: { board: string; name: string; is_ready: boolean }[];
  people?: { occupant: number; name: string; is_revoked: boolean; link?: string }[]; may: string[];
}

const secret = (): string => location.hash.slice(1);
const REFRESH_MS = 15000;

// 8 digits read best as 4 and 4, 12 as three fours, 6 as 3 and 3.
function groups(digits: string): string[] {
  const size = digits.length % 4 === 0 ? 4 : 3;
  return digits.match(new RegExp(`.{1,${size}}`, "g")) || [];
}

function codeBox(label: string, digits: string, isBig: boolean): HTMLElement {
  return h("div", { class: isBig ? "code" : "code small" },
    h("span", { class: "label" }, label),
    h("span", { class: "digits", role: "text", "aria-label": digits.split("").join(" ") },
      ...groups(digits).map((group) => h("span", {}, group))),
    h("button", { click: () => copy(digits) }, say.copy));
}

function codes(view: View): HTMLElement {
  const isOne = view.codes.length === 1;
  if (view.is_over) return h("p", { class: "muted" }, say.codeOver);
  if (!view.codes.length) return h("p", {}, view.code_from_ms ? say.codeFrom(momentWords(view.code_from_ms)) : "");
  return h("div", {}, ...view.codes.map((code) => h("div", {},
    !isOne && h("h2", {}, code.name),
    codeBox(say.doorCode, code.digits, true),
    code.long_digits && codeBox(say.backupCode, code.long_digits, false))),
    h("p", { class: "muted" }, say.keypad));
}

function act(view: View, name: string, title: string, question: string, untilMs?: number): HTMLElement {
  return h("button", {
    click: () => dialog(title, [question], [], say.yes, async () => {
      await ask("POST", `/api/link/${name}`, untilMs ? { until_ms: untilMs } : {}, { Authorization: `Bearer ${secret()}` });
      toast(say.changed);
      await refresh();
    }),
  }, title);
}

function acts(view: View): HTMLElement {
  const all: HTMLElement[] = [];
  for (const name of view.may) {
    if (name === "extend")
      for (const minutes of [30, 60])
        all.push(act(view, name, say.extend(minutes), say.sureExtend(minutes), view.until_ms + minutes * 60000));
    if (name === "finish") all.push(act(view, name, say.finish, say.sureFinish));
    if (name === "complete") all.push(act(view, name, say.complete, say.sureComplete));
    if (name === "cancel") all.push(act(view, name, say.cancel, say.sureCancel));
  }
  return h("div", { class: "buttons" }, ...all);
}

// For the responsible person: everybody else's link, to hand on. Codes of others stay behind those links.
function people(view: View): HTMLElement | null {
  const others = (view.people || []).filter((person) => person.link && person.link !== secret() && !person.is_revoked);
  if (!others.length) return null;
  return h("div", {}, h("h2", {}, say.handOn), h("ul", { class: "plain" }, ...others.map((person) => h("li", { class: "row" },
    h("span", {}, person.name), h("button", { click: () => copy(`${location.origin}/t#${person.link}`) }, say.copy)))));
}

function show(view: View): void {
  const state = view.state ? say.guestStates[view.state] || view.state : "";
  const tone = view.is_over ? "off" : view.codes.length || view.code_from_ms ? "good" : "wait";
  const content = h("section", { class: "card" },
    h("p", { class: "greeting" }, say.welcome(view.name)),
    view.kind === "standing" ? h("h1", {}, say.standingIs) : h("h1", {}, `${say.requestIs} `, h("span", { class: `tone ${tone}` }, state), "."),
    view.reason && h("p", {}, `${say.reason}: ${view.reason}`),
    codes(view),
    h("p", { class: "when" }, `${say.valid} ${windowWords(view.opens_from_ms || view.from_ms, view.opens_until_ms || view.until_ms)}`),
    h("p", {}, [view.unit_name, view.activity].filter(Boolean).join(" · ")),
    h("ul", { class: "plain" }, ...(view.is_over ? [] : view.doors).map((door) =>
      h("li", { class: door.is_ready ? "good" : "wait" }, `${door.name}: ${door.is_ready ? `${say.atDoor} ✔` : say.notAtDoor + " …"}`))),
    people(view),
    acts(view),
    h("p", { class: "muted" }, `${view.number ? `${say.sentNumber} ${view.number} · ` : ""}${say.asOf} ${clock(view.now_ms)} WIB`));
  byId("main").replaceChildren(content);
}

async function refresh(): Promise<void> {
  if (!secret()) {
    byId("main").replaceChildren(h("p", { class: "card" }, say.noSecret));
    return;
  }
  try {
    show(await ask<View>("GET", "/api/link", undefined, { Authorization: `Bearer ${secret()}` }));
  } catch (error) {
    const refusal = error as Refusal;
    if (refusal.status === 0) toast(refusal.message); // what is shown stays, with its time
    else byId("main").replaceChildren(h("p", { class: "card" }, refusal.status === 404 || refusal.status === 401 ? say.noLink : refusal.message));
  }
}

header("header");
refresh();
// A dialog under the finger is not pulled away: only the page behind it is drawn anew.
setInterval(() => document.visibilityState === "visible" && refresh(), REFRESH_MS);
addEventListener("hashchange", () => refresh());

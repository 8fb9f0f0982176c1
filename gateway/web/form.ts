// form - a teacher asks for a room.
import { ask, byId, copy, field, h, header, Refusal } from "./page";
import { say } from "./words";

interface Unit { id: string; parent?: string; name: string; kind: string; capacity: number }

const moment = (date: string, time: string): number => Date.parse(`${date}T${time}:00+07:00`);
const today = (): string => new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 10);

function unitOptions(units: Unit[]): HTMLElement[] {
  return units.map((unit) => h("option", { value: unit.id },
    `${unit.name} (${say.units[unit.kind] || unit.kind}, ${unit.capacity} ${say.people})`));
}

function showReceipt(number: string, link: string): void {
  const address = `${location.origin}/t#${link}`;
  byId("main").replaceChildren(h("section", { class: "card" },
    h("h1", {}, say.sent),
    h("p", {}, `${say.sentNumber}: `, h("strong", {}, number)),
    h("p", {}, say.sentLink),
    h("p", { class: "address" }, address),
    h("div", { class: "buttons" },
      h("button", { click: () => copy(address) }, say.copy),
      h("a", { class: "button primary", href: `/t#${link}` }, say.see))));
}

async function submit(form: HTMLFormElement): Promise<void> {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) || "").trim();
  const body: Record<string, unknown> = {
    unit: text("unit"), activity: text("activity"), kind: text("kind"), heads: Number(text("heads")),
    from_ms: moment(text("date"), text("from")), until_ms: moment(text("until_date") || text("date"), text("until")),
    occupants: [{ name: text("name"), phone: text("phone") }],
  };
  for (const optional of ["organisation", "letter"]) if (text(optional)) body[optional] = text(optional);
  const receipt = await ask<{ number: string; link: string }>("POST", "/api/requests", body);
  showReceipt(receipt.number, receipt.link);
}

function showForm(units: Unit[]): void {
  const problem = h("p", { class: "problem", role: "alert" });
  const input = (name: string, props = {}) => h("input", { name, required: true, ...props });
  const form = h("form", { class: "card" },
    h("h1", {}, say.askTitle), h("p", {}, say.askIntro),
    field(say.unit, h("select", { name: "unit" }, ...unitOptions(units))),
    h("div", { class: "pair dates" },
      field(say.date, input("date", { type: "date", min: today(), value: today() })),
      field(say.untilDate, input("until_date", { type: "date", min: today(), value: today() }))),
    h("div", { class: "pair" },
      field(say.from, input("from", { type: "time", value: "08:00" })),
      field(say.until, input("until", { type: "time", value: "12:00" }))),
    field(say.name, input("name", { maxlength: 100, autocomplete: "name" })),
    field(say.phone, input("phone", { type: "tel", maxlength: 20, placeholder: "0812…", autocomplete: "tel" })),
    field(say.organisation, input("organisation", { maxlength: 200, required: false, autocomplete: "organization" })),
    field(say.activity, input("activity", { maxlength: 200 })),
    h("div", { class: "pair" },
      field(say.kind, h("select", { name: "kind" }, ...Object.keys(say.kinds).map((kind) => h("option", { value: kind }, say.kinds[kind])))),
      field(say.heads, input("heads", { type: "number", min: 1, max: 9999, value: 1 }))),
    field(say.letter, h("textarea", { name: "letter", rows: 4, maxlength: 500 })),
    problem, h("button", { class: "primary wide" }, say.send)) as HTMLFormElement;
  // A stay of one day is the rule: the second date follows the first until it is set to something later.
  const date = form.elements.namedItem("date") as HTMLInputElement;
  const untilDate = form.elements.namedItem("until_date") as HTMLInputElement;
  date.addEventListener("change", () => {
    untilDate.min = date.value;
    if (untilDate.value < date.value) untilDate.value = date.value;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = "";
    submit(form).catch((error: Refusal) => (problem.textContent = error.message));
  });
  byId("main").replaceChildren(form);
}

header("header");
ask<{ units: Unit[] }>("GET", "/api/units").then((answer) => showForm(answer.units),
  (error: Error) => byId("main").replaceChildren(h("p", { class: "problem" }, error.message)));

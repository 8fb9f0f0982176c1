// page - what the three pages share: making elements out of text alone, asking the gateway, dialogs.
import { say, switchLanguage } from "./words";

type Child = Node | string | null | undefined | false;
type Props = Record<string, unknown>;

// Text only ever becomes a text node: what a guest typed is never read as markup.
export function h(tag: string, props: Props = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

export const byId = (id: string): HTMLElement => document.getElementById(id)!;

export class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, text: string, readonly field = "") {
    super(text);
  }
}

export async function ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  let response: Response;
  try {
    if (body !== undefined) headers["Content-Type"] = "application/json";
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" });
  } catch {
    throw new Refusal(0, "unreachable", say.failed);
  }
  if (response.status === 204) return undefined as T;
  const json = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, json.code || "", json.text || say.failed, json.field);
  return json as T;
}

export function header(id: string, ...right: Child[]): void {
  byId(id).replaceChildren(
    h("strong", {}, say.title), h("span", { class: "space" }), ...(right.filter(Boolean) as Node[]),
    h("button", { class: "link", click: switchLanguage, lang: say.language === "English" ? "en" : "id" }, say.language));
}

export function toast(text: string): void {
  const box = byId("toast");
  box.textContent = text;
  box.className = "shown";
  setTimeout(() => (box.className = ""), 4000);
}

// Asks before something is done. `run` gets the form's fields; what it refuses is shown in the dialog.
export function dialog(title: string, consequence: string[], fields: HTMLElement[], button: string, run: (data: FormData) => Promise<void>): void {
  const problem = h("p", { class: "problem", role: "alert" });
  const go = h("button", { class: "primary" }, button) as HTMLButtonElement;
  const form = h("form", { method: "dialog" },
    h("h2", {}, title), ...consequence.map((text) => h("p", {}, text)), ...fields, problem,
    h("div", { class: "buttons" }, h("button", { type: "button", click: () => box.close() }, say.cancelDialog), go)) as HTMLFormElement;
  const box = h("dialog", { close: () => box.remove() }, form) as HTMLDialogElement;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    problem.textContent = "";
    try {
      await run(new FormData(form));
      box.close();
    } catch (error) {
      problem.textContent = (error as Error).message;
      go.disabled = false;
    }
  });
  document.body.append(box);
  box.showModal();
}

export function field(label: string, input: HTMLElement): HTMLElement {
  return h("label", {}, h("span", {}, label), input);
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // plain HTTP has no clipboard: select it the old way
    const area = h("textarea", { class: "offscreen" }) as HTMLTextAreaElement;
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(say.copied);
}

// doors - one derived state for a door out of everything it says: a word, a shape and a colour, worst first.
import { h } from "./page";
import { age, say } from "./words";

export interface Door {
  board: string; name: string; is_online: boolean; heard_ms?: number; wanted_rev: number; confirmed_rev: number; is_ready: boolean;
  state?: string; is_released?: boolean; is_contact_open?: boolean; mode?: string; mode_until_ms?: number; alarms?: string[];
  lockout_s?: number; trust?: string; queue?: number; action?: { id: string; what: string; at_ms: number; is_done?: boolean; reason?: string };
}

type Tone = "bad" | "warn" | "off" | "busy" | "good";
interface Derived { word: string; tone: Tone; shape: string; rank: number }

const has = (door: Door, alarm: string): boolean => (door.alarms || []).includes(alarm);

// The first row that is true is what the door is.
const rows: [string, Tone, string, (door: Door) => boolean][] = [
  ["forced", "bad", "octagon", (d) => d.is_online && (d.state === "forced" || has(d, "forced"))],
  ["injection", "bad", "octagon", (d) => d.is_online && has(d, "injection")],
  ["wrong_codes", "bad", "triangle", (d) => d.is_online && (has(d, "wrong_codes") || !!d.lockout_s)],
  ["held", "warn", "triangle", (d) => d.is_online && (d.state === "held" || has(d, "held_open"))],
  ["offline", "off", "cross", (d) => !d.is_online && !!d.heard_ms],
  ["unknown", "off", "cross", (d) => !d.is_online || !d.state],
  ["stuck_input", "warn", "triangle", (d) => has(d, "stuck_input")],
  ["check", "warn", "triangle", (d) => ["equivocation", "storage", "stale"].some((alarm) => has(d, alarm))],
  ["waiting", "warn", "clock", (d) => !d.is_ready],
  ["clock", "warn", "clock", (d) => d.trust !== "trusted"],
  ["hold_open", "busy", "door", (d) => d.mode === "hold_open"],
  ["open", "busy", "door", (d) => d.state === "open"],
  ["released", "busy", "unlocked", (d) => d.state === "released"],
  ["lockdown", "warn", "locked", (d) => d.mode === "lockdown"],
  ["closed", "good", "locked", (d) => d.mode === "closed"],
  ["locked", "good", "locked", () => true],
];

export function derive(door: Door): Derived {
  const rank = rows.findIndex((row) => row[3](door));
  const [key, tone, shape] = rows[rank];
  return { word: say.doorWords[key], tone, shape, rank };
}

// What it was when it was last heard: shown in words only, never in the colour of something known.
export function lastKnown(door: Door): string {
  if (!door.state) return say.never;
  return `${say.lastKnown}: ${derive({ ...door, is_online: true, is_ready: true, trust: "trusted" }).word}`;
}

const paths: Record<string, string> = {
  octagon: "M8 2h8l6 6v8l-6 6H8l-6-6V8zM12 7v6M12 16v1",
  triangle: "M12 3 22 21H2zM12 10v5M12 17.5v1",
  cross: "M3 3l18 18M6 12a6 6 0 0 1 12 0M12 18v1",
  clock: "M12 2a10 10 0 1 0 .01 0M12 7v5l4 2",
  door: "M5 21V4l9-2v20zM14 4h5v17M3 21h18M11 12v1",
  unlocked: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 7.5-2",
  locked: "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4",
};

export function icon(shape: string): Element {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", paths[shape]);
  svg.append(path);
  return svg;
}

export function chips(door: Door, now: number): HTMLElement {
  return h("p", { class: "chips" },
    h("span", {}, door.is_ready ? `${say.snapshotReady} ✔` : say.snapshotWaits),
    !!door.queue && h("span", {}, say.queue(door.queue)),
    h("span", { "data-since": door.heard_ms }, door.heard_ms ? say.updated(age(now - door.heard_ms)) : say.never));
}

// doors - how a door looks: the gateway says which of its thirteen states it is in and how urgent that is; here they get a
// shape and a colour. Shapes differ by severity, so that they are told apart without colour.
import { h } from "./page";
import { age, say } from "./words";

export interface Door {
  board: string; name: string; is_online: boolean; shown: string; rank: number; heard_ms?: number; is_ready: boolean;
  is_contact_open?: boolean; state?: string; mode?: string; mode_until_ms?: number; lockout_s?: number; queue?: number;
  action?: { id: string; what: string; at_ms: number; is_done?: boolean; reason?: string };
}

const SILENT_MS = 100000; // the gateway says so after 90 s; this is for when that news is late
const OFFLINE_RANK = 6;

// By rank: tone and shape.
const looks: [string, string][] = [["", ""], ["bad", "octagon"], ["bad", "octagon"], ["bad", "octagon"], ["bad", "triangle"], ["warn", "triangle"],
  ["off", "cross"], ["warn", "triangle"], ["warn", "clock"], ["warn", "clock"], ["busy", "door"], ["busy", "door"],
  ["busy", "unlocked"], ["good", "locked"]];

export interface Look { word: string; tone: string; shape: string; rank: number }

export function lookOf(door: Door, now: number): Look {
  const isSilent = !door.heard_ms || now - door.heard_ms > SILENT_MS;
  const rank = isSilent && door.rank > OFFLINE_RANK ? OFFLINE_RANK : door.rank;
  const word = rank !== door.rank ? say.doorWords.luring : door.heard_ms || rank < OFFLINE_RANK ? say.doorWords[door.shown] : say.doorWords.unknown;
  const [tone, shape] = looks[rank] || looks[OFFLINE_RANK];
  return { word: word || door.shown, tone, shape, rank };
}

// What it was when it was last heard: in words only, never in the colour of something known.
export function lastKnown(door: Door): string {
  const word = door.is_contact_open ? say.doorWords.terbuka : door.state === "released" ? say.doorWords.tidak_terkunci : say.doorWords.terkunci;
  return `${say.lastKnown}: ${word}`;
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
    !!door.mode && !!say.modes[door.mode] && h("strong", {}, say.modes[door.mode]),
    h("span", {}, door.is_ready ? `${say.snapshotReady} ✔` : say.snapshotWaits),
    !!door.queue && h("span", {}, say.queue(door.queue)),
    h("span", { "data-since": door.heard_ms }, door.heard_ms ? say.updated(age(now - door.heard_ms)) : say.never));
}

// live - reads the gateway's stream of changes. Not EventSource: that hides the comments which tell a silent line from
// a dead one, and the status which tells a lost network from an ended session.
const SILENCE_MS = 40000; // a comment comes each 15 s
const AGAIN_MS = 1000;
const AGAIN_MAX_MS = 15000;

export interface Listener {
  event(what: string, json: unknown): void;
  alive(): void;
  lost(): void;
  loggedOut(): void;
}

export function listen(listener: Listener): void {
  let pause = AGAIN_MS;
  const again = () => {
    listener.lost();
    setTimeout(connect, Math.random() * pause); // not everybody at once when the gateway comes back
    pause = Math.min(pause * 2, AGAIN_MAX_MS);
  };
  const connect = async () => {
    const abort = new AbortController();
    let watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
    try {
      const response = await fetch("/api/live", { signal: abort.signal, cache: "no-store" });
      if (response.status === 401) return listener.loggedOut();
      if (!response.ok || !response.body) return again();
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
        pause = AGAIN_MS;
        text += decoder.decode(value, { stream: true });
        const parts = text.split("\n\n");
        text = parts.pop()!;
        listener.alive();
        for (const part of parts) take(part, listener);
      }
      again();
    } catch {
      again();
    } finally {
      clearTimeout(watchdog);
    }
  };
  connect();
}

function take(part: string, listener: Listener): void {
  let what = "";
  let data = "";
  for (const line of part.split("\n")) {
    if (line.startsWith("event: ")) what = line.slice(7);
    if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (what && data) listener.event(what, JSON.parse(data));
}

/** The SharedWorker of all tabs of one browser: one stream, one seat. What it does is the hub's. */
import { LiveHub, type ToHub } from "./live-hub.ts";

/** The part of SharedWorkerGlobalScope used here; its library cannot stand beside that of the page. */
type Scope = { onconnect: ((event: MessageEvent) => void) | null };

const hub = new LiveHub();

(globalThis as unknown as Scope).onconnect = (event) => {
  const [port] = event.ports;
  if (!port) return;
  const take = hub.attach((message) => port.postMessage(message));
  port.onmessage = (message: MessageEvent<ToHub>) => take(message.data);
  port.start();
};

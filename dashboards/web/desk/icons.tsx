/** The few signs of the desk that are no words; each stands beside one or has a name. */
import type { ReactElement } from "react";

const paths = {
  phone:
    "M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1A17 17 0 0 1 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.3.2 2.5.6 3.6.1.3 0 .7-.2 1z",
  sound: "M4 9v6h4l5 4V5L8 9zm11.5 3a3.5 3.5 0 0 0-2-3.2v6.4a3.5 3.5 0 0 0 2-3.2z",
  tick: "M9.5 16.6 4.9 12l-1.4 1.4 6 6 12-12L20.100 6z",
  gate: "M4 20V6l8-3 8 3v14h-6v-6h-4v6z",
  camera:
    "M4 7h11a1 1 0 0 1 1 1v2.500l4-2.500v8l-4-2.500V16a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z",
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** A QR code as an SVG: black on white whatever the theme, with the border that readers need. */
import type { ReactElement } from "react";
import { encode } from "uqr";

type Props = { readonly text: string; readonly label: string };

export function Code({ text, label }: Props): ReactElement {
  // A sheet at a work point gets dirty: a quarter of it may be lost.
  const { data, size } = encode(text, { ecc: "Q", border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((is, x) => (is ? `M${x} ${y}h1v1h-1z` : [])));
  return (
    <svg
      className="qr-code"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join("")} fill="#000" />
    </svg>
  );
}

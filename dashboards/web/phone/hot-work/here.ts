/** Where this phone is: WGS-84, as the W3C's Geolocation gives it, or why nobody knows. */
export type Here = { readonly lng: number; readonly lat: number; readonly accuracyM: number };
export type HereFault = "denied" | "unavailable" | "insecure";

const withinMs = 10_000;

/** A page without https gets no position from any browser but on the machine itself. */
export function here(): Promise<Here> {
  return new Promise((resolve, reject: (fault: HereFault) => void) => {
    if (!isSecureContext || !("geolocation" in navigator)) return reject("insecure");
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude, accuracy } }) =>
        resolve({ lng: longitude, lat: latitude, accuracyM: Math.round(accuracy) }),
      ({ code }) => reject(code === 1 ? "denied" : "unavailable"),
      { enableHighAccuracy: true, timeout: withinMs, maximumAge: 30_000 },
    );
  });
}

/** Without a question to the person: undefined where the browser would have to ask. */
export async function hereIfAllowed(): Promise<Here | undefined> {
  try {
    const { state } = await navigator.permissions.query({ name: "geolocation" });
    return state === "granted" ? await here() : undefined;
  } catch {
    return undefined;
  }
}

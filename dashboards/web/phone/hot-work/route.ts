/** Which page the address behind the # names. What is printed at the work point is one of them. */
import { useCallback, useEffect, useState } from "react";

export type Route =
  | { readonly page: "list" }
  | { readonly page: "new" }
  /** `code`: of the QR at the work point; a check-in goes out by it. */
  | { readonly page: "permit"; readonly permit: string; readonly code: string | null };

const permitAddress = /^#permit\/([A-Za-z0-9_-]{1,64})(?:\/check-in\/([A-Za-z0-9_-]{1,32}))?$/;

export function routeOf(hash: string): Route {
  if (hash === "#new") return { page: "new" };
  const [, permit, code = null] = permitAddress.exec(hash) ?? [];
  return permit === undefined ? { page: "list" } : { page: "permit", permit, code };
}

export function addressOf(route: Route): string {
  if (route.page === "list") return "#";
  if (route.page === "new") return "#new";
  const code = route.code === null ? "" : `/check-in/${route.code}`;
  return `#permit/${route.permit}${code}`;
}

/** The back key of the phone goes back; a code that was used leaves the history. */
export function useRoute(): [Route, (route: Route) => void] {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const moved = (): void => setRoute(routeOf(location.hash));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  const go = useCallback((next: Route): void => {
    const isUsed = routeOf(location.hash);
    const replaces = isUsed.page === "permit" && isUsed.code !== null;
    const address = `${location.pathname}${location.search}${addressOf(next)}`;
    if (replaces) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    setRoute(next);
  }, []);
  return [route, go];
}

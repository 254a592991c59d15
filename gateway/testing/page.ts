/** Signs in as the first administrator, whose password stands on stdout once. */
import type { Started } from "./process.ts";

/** The session's cookie. */
export async function signIn(gateway: Started): Promise<string> {
  const password = /password (\S+)/.exec(gateway.stdout())?.[1] ?? "";
  const answer = await fetch(`${gateway.httpUrl}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ name: "admin", password }),
    redirect: "manual",
  });
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  if (!cookie) throw new Error(`not signed in: ${answer.status}`);
  return cookie;
}

/** Words or options that a command does not have: said with its usage, exit status 2. */
export class WrongUsage extends Error {
  constructor(usage: string) {
    super(`usage: firelink ${usage}\n`);
  }
}

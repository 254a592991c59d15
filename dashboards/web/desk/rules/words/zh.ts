/** 规则、采用、回测与报警依据的文字。 */
export const zh = {
  "why.rests-on": "依据",
  "why.loading": "正在读取依据",
  "why.failed": "依据读取失败",
  "why.version": "规则版本 {hash}",
} as const;

export type RulesWord = keyof typeof zh;

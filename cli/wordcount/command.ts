export interface WordcountOptions {
  output: string;
}
export async function wordcount(_f: readonly string[], _o: WordcountOptions): Promise<void> {}

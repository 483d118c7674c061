/** Lines of a program that is being written, with their indentation. */
export class Code {
  readonly #lines: string[] = [];
  #depth = 0;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  line(text = ''): void {
    for (const each of text.split('\n'))
      this.#lines.push(each === '' ? '' : '  '.repeat(this.#depth) + each);
  }

  /** `head {`, what `body` writes, and `}` with its tail. */
  block(head: string, body: () => void, tail = ''): void {
    this.line(`${head} {`);
    this.indented(body);
    this.line(`}${tail}`);
  }

  indented(body: () => void): void {
    this.#depth++;
    body();
    this.#depth--;
  }

  /** `} else {` and so on, after a block. */
  orElse(body: () => void): void {
    this.#lines.pop();
    this.block(`} else`, body);
  }

  add(other: Code): void {
    for (const each of other.#lines) this.line(each);
  }

  docs(text: string): void {
    if (text === '') return;
    const lines = text.replaceAll('*/', '*\\/').split('\n');
    if (lines.length === 1) this.line(`/** ${lines[0]} */`);
    else
      this.line(
        ['/**', ...lines.map((each) => (each === '' ? ' *' : ` * ${each}`)), ' */'].join('\n'),
      );
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

/**
 * Lays out JSON text for reading without parsing its numbers: a 19-digit order number, `1.0` and
 * `1e400` come out exactly as they were received.
 */

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'mark';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

export interface Line {
  readonly depth: number;
  readonly tokens: readonly Token[];
}

const PIECE = /\s*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:]))/y;

interface Lexeme {
  readonly kind: 'string' | 'number' | 'word' | 'mark';
  readonly text: string;
}

function lex(text: string): Lexeme[] | null {
  const out: Lexeme[] = [];
  const end = text.trimEnd().length;
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < end) {
    const found = PIECE.exec(text);
    if (!found) return null;
    if (found[1] !== undefined) out.push({ kind: 'string', text: found[1] });
    else if (found[2] !== undefined) out.push({ kind: 'number', text: found[2] });
    else if (found[3] !== undefined) out.push({ kind: 'word', text: found[3] });
    else out.push({ kind: 'mark', text: found[4] ?? '' });
  }
  return out;
}

/** `"\u676d\u5dde"` is shown as `"杭州"`; escapes that would change the layout stay. */
export function readable(quoted: string): string {
  return quoted.replace(/\\\\|\\u([0-9a-fA-F]{4})/g, (whole, hex: string | undefined) => {
    if (hex === undefined) return whole;
    const code = parseInt(hex, 16);
    const plain = code >= 0xa0 && !(code >= 0xd800 && code <= 0xdfff);
    return plain ? String.fromCharCode(code) : whole;
  });
}

type Want = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

class Layout {
  readonly lines: Line[] = [];
  private tokens: Token[] = [];
  private depth = 0;
  private readonly open: ('{' | '[')[] = [];
  private want: Want = 'value';

  /** False when the piece cannot stand here, that is: the text is not JSON. */
  take(piece: Lexeme): boolean {
    if (piece.kind !== 'mark') return this.scalar(piece);
    if (piece.text === '{' || piece.text === '[') return this.begin(piece.text);
    if (piece.text === '}' || piece.text === ']') return this.end(piece.text);
    return this.separator(piece.text);
  }

  finish(): readonly Line[] | null {
    if (this.want !== 'nothing') return null;
    this.flush();
    return this.lines;
  }

  private flush(): void {
    if (this.tokens.length > 0) this.lines.push({ depth: this.depth, tokens: this.tokens });
    this.tokens = [];
  }

  private afterValue(): void {
    this.want = this.open.length === 0 ? 'nothing' : 'commaOrEnd';
  }

  private scalar(piece: Lexeme): boolean {
    const isKey = this.want === 'key' || this.want === 'keyOrEnd';
    if (isKey && piece.kind !== 'string') return false;
    if (!isKey && this.want !== 'value' && this.want !== 'valueOrEnd') return false;
    const text = piece.kind === 'string' ? readable(piece.text) : piece.text;
    this.tokens.push({ kind: isKey ? 'key' : piece.kind, text });
    if (isKey) this.want = 'colon';
    else this.afterValue();
    return true;
  }

  private begin(mark: '{' | '['): boolean {
    if (this.want !== 'value' && this.want !== 'valueOrEnd') return false;
    this.tokens.push({ kind: 'mark', text: mark });
    this.flush();
    this.open.push(mark);
    this.depth += 1;
    this.want = mark === '{' ? 'keyOrEnd' : 'valueOrEnd';
    return true;
  }

  private end(mark: string): boolean {
    const opened = this.open.at(-1);
    const empty = this.want === 'keyOrEnd' || this.want === 'valueOrEnd';
    if (opened === undefined || (opened === '{') !== (mark === '}')) return false;
    if (!empty && this.want !== 'commaOrEnd') return false;
    this.flush();
    this.open.pop();
    this.depth -= 1;
    if (empty) this.closeEmpty(mark);
    else this.tokens.push({ kind: 'mark', text: mark });
    this.afterValue();
    return true;
  }

  /** `{` and `}` with nothing between share a line. */
  private closeEmpty(mark: string): void {
    const begun = this.lines.pop();
    this.tokens = [...(begun?.tokens ?? []), { kind: 'mark', text: mark }];
  }

  private separator(mark: string): boolean {
    if (mark === ':') {
      if (this.want !== 'colon') return false;
      this.tokens.push({ kind: 'mark', text: ': ' });
      this.want = 'value';
      return true;
    }
    if (this.want !== 'commaOrEnd') return false;
    this.tokens.push({ kind: 'mark', text: ',' });
    this.flush();
    this.want = this.open.at(-1) === '{' ? 'key' : 'value';
    return true;
  }
}

/** The lines of a JSON text, or null when it is not JSON (then show it as it came). */
export function layOut(text: string): readonly Line[] | null {
  const pieces = lex(text);
  if (!pieces) return null;
  const layout = new Layout();
  return pieces.every((piece) => layout.take(piece)) ? layout.finish() : null;
}

export function asText(lines: readonly Line[]): string {
  return lines.map((l) => '  '.repeat(l.depth) + l.tokens.map((t) => t.text).join('')).join('\n');
}

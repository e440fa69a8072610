const NEWLINE = 0x0a;

/**
 * Cuts a stream of bytes into lines, however the network cut it into chunks: a line may be 1.5 MiB long and a character
 * may lie across two chunks. `push` answers the lines that a chunk completed; `rest` is true when bytes without a
 * newline are left, so the stream broke in mid-line.
 */
export function createLineCutter(): Readonly<{ push(chunk: Uint8Array): readonly string[]; rest(): boolean }> {
  let pieces: Uint8Array[] = [];
  return {
    push(chunk) {
      const lines: string[] = [];
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
        pieces.push(chunk.subarray(from, at));
        const line = Buffer.concat(pieces).toString('utf8');
        if (line.trim() !== '') lines.push(line);
        pieces = [];
        from = at + 1;
      }
      if (from < chunk.length) pieces.push(chunk.subarray(from));
      return lines;
    },
    rest: () => pieces.length > 0,
  };
}

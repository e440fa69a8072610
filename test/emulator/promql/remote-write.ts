import type { FedSeries } from './world.ts';

/**
 * The body of a remote-write request (protobuf WriteRequest in a snappy block that is all literals), by which any Prometheus
 * takes samples of any age. Source: https://prometheus.io/docs/specs/prw/remote_write_spec.
 */
export function remoteWriteBody(series: readonly FedSeries[]): Buffer {
  const message = Buffer.concat(series.map((each) => bytesField(1, timeSeries(each))));
  const literals: Buffer[] = [varint(message.length)];
  for (let from = 0; from < message.length; from += 65_536) {
    const piece = message.subarray(from, from + 65_536);
    // Tag 61: a literal whose length less one stands in the next two bytes.
    literals.push(Buffer.from([61 << 2, (piece.length - 1) & 0xff, (piece.length - 1) >> 8]), piece);
  }
  return Buffer.concat(literals);
}

function timeSeries({ labels, samples }: FedSeries): Buffer {
  const names = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([
    ...names.map(([name, value]) => bytesField(1, Buffer.concat([text(1, name), text(2, value)]))),
    ...samples.map(([time, value]) => bytesField(2, Buffer.concat([double(1, value), varint(2 << 3), varint(time)]))),
  ]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function text(field: number, value: string): Buffer {
  return bytesField(field, Buffer.from(value));
}

function double(field: number, value: number | 'stale'): Buffer {
  const bytes = Buffer.alloc(9, (field << 3) | 1);
  // The marker of staleness is one NaN among many: 0x7ff0000000000002.
  if (value === 'stale') bytes.writeBigUInt64LE(0x7ff0_0000_0000_0002n, 1);
  else bytes.writeDoubleLE(value, 1);
  return bytes;
}

/**
 * The part of D-Bus needed to read a window through the accessibility bus, like a screen reader: method calls with
 * strings, paths and numbers as arguments, and fully decoded answers.
 */
import { connect, type Socket } from 'node:net';

/** A decoded value; variants are replaced by their content. */
export type Value = string | number | bigint | boolean | Value[];

/** The type of a message, its second byte. */
const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;

/** Header fields. */
const PATH = 1;
const INTERFACE = 2;
const MEMBER = 3;
const REPLY_SERIAL = 5;
const DESTINATION = 6;
const SIGNATURE = 8;

const ALIGNMENT: Record<string, number> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  s: 4,
  o: 4,
  a: 4,
  h: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
};

/** The length of the first complete type of a signature. */
function firstType(signature: string): number {
  const first = signature[0]!;
  if (first === 'a') return 1 + firstType(signature.slice(1));
  if (first !== '(' && first !== '{') return 1;
  let depth = 0;
  for (let index = 0; ; index += 1) {
    if ('({'.includes(signature[index]!)) depth += 1;
    if (')}'.includes(signature[index]!)) depth -= 1;
    if (depth === 0) return index + 1;
  }
}

class Reader {
  /** The position of the next byte. */
  offset = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  align(to: number): void {
    this.offset = Math.ceil(this.offset / to) * to;
  }

  #number(size: number, read: (offset: number) => number | bigint): number | bigint {
    this.align(size);
    this.offset += size;
    return read(this.offset - size);
  }

  #text(length: number): string {
    const text = this.#bytes.toString('utf8', this.offset, this.offset + length);
    this.offset += length + 1;
    return text;
  }

  values(signature: string): Value[] {
    const found: Value[] = [];
    for (let rest = signature; rest !== '';) {
      const length = firstType(rest);
      found.push(this.#value(rest.slice(0, length)));
      rest = rest.slice(length);
    }
    return found;
  }

  #value(type: string): Value {
    const bytes = this.#bytes;
    switch (type[0]) {
      case 'y':
        return this.#number(1, (offset) => bytes.readUInt8(offset));
      case 'b':
        return this.#number(4, (offset) => bytes.readUInt32LE(offset)) === 1;
      case 'n':
        return this.#number(2, (offset) => bytes.readInt16LE(offset));
      case 'q':
        return this.#number(2, (offset) => bytes.readUInt16LE(offset));
      case 'i':
        return this.#number(4, (offset) => bytes.readInt32LE(offset));
      case 'u':
      case 'h':
        return this.#number(4, (offset) => bytes.readUInt32LE(offset));
      case 'x':
        return this.#number(8, (offset) => bytes.readBigInt64LE(offset));
      case 't':
        return this.#number(8, (offset) => bytes.readBigUInt64LE(offset));
      case 'd':
        return this.#number(8, (offset) => bytes.readDoubleLE(offset));
      case 's':
      case 'o':
        return this.#text(Number(this.#number(4, (offset) => bytes.readUInt32LE(offset))));
      case 'g':
        return this.#text(Number(this.#number(1, (offset) => bytes.readUInt8(offset))));
      case 'v':
        return this.#value(String(this.#value('g')));
      case 'a': {
        const length = Number(this.#number(4, (offset) => bytes.readUInt32LE(offset)));
        this.align(ALIGNMENT[type[1]!]!);
        const end = this.offset + length;
        const items: Value[] = [];
        while (this.offset < end) items.push(this.#value(type.slice(1)));
        return items;
      }
      default:
        this.align(8);
        return this.values(type.slice(1, -1));
    }
  }
}

/** Encodes an argument list of strings (`s`, `o`, `g`) and numbers (`i`, `u`). */
function write(signature: string, values: (string | number)[]): Buffer {
  let bytes = Buffer.alloc(0);
  const add = (align: number, part: Buffer): void => {
    const padding = Math.ceil(bytes.length / align) * align - bytes.length;
    bytes = Buffer.concat([bytes, Buffer.alloc(padding), part]);
  };
  const u32 = (value: number): Buffer => {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value >>> 0);
    return part;
  };
  [...signature].forEach((type, index) => {
    const value = values[index]!;
    if (typeof value === 'number') return add(4, u32(value));
    const text = Buffer.from(`${value}\0`);
    const length = text.length - 1;
    add(type === 'g' ? 1 : 4, type === 'g' ? Buffer.from([length]) : u32(length));
    add(1, text);
  });
  return bytes;
}

/** A method call. */
export interface Call {
  to: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  values?: (string | number)[];
}

function encode(call: Call, serial: number): Buffer {
  const signature = call.signature ?? '';
  const body = write(signature, call.values ?? []);
  const fields: [number, string, string][] = [
    [PATH, 'o', call.path],
    [INTERFACE, 's', call.interface],
    [MEMBER, 's', call.member],
    [DESTINATION, 's', call.to],
    [SIGNATURE, 'g', signature],
  ];
  let list = Buffer.alloc(0);
  for (const [code, type, text] of fields) {
    const padding = Buffer.alloc(Math.ceil(list.length / 8) * 8 - list.length);
    // A field's value starts four bytes after a multiple of eight, so it is already aligned.
    list = Buffer.concat([list, padding, Buffer.from([code, 1]), Buffer.from(`${type}\0`)]);
    list = Buffer.concat([list, write(type, [text])]);
  }
  const head = Buffer.alloc(16);
  head.set([0x6c, METHOD_CALL, 0, 1]);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(serial, 8);
  head.writeUInt32LE(list.length, 12);
  const end = Math.ceil((16 + list.length) / 8) * 8;
  return Buffer.concat([head, list, Buffer.alloc(end - 16 - list.length), body]);
}

/** A connection to a bus. */
export class Bus {
  #serial = 0;
  #read = Buffer.alloc(0);
  readonly #socket: Socket;
  readonly #waiting = new Map<number, { give(v: Value[]): void; fail(e: Error): void }>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('The bus has closed')));
  }

  /** Connects to a D-Bus address, such as `unix:path=/run/bus,guid=…`. */
  static async connect(address: string): Promise<Bus> {
    const [, kind, path] = /unix:(path|abstract)=([^,;]+)/.exec(address)!;
    const socket = connect(kind === 'abstract' ? `\0${path}` : path!);
    const uid = Buffer.from(String(process.getuid!())).toString('hex');
    socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    await new Promise<void>((ready, failed) => {
      socket.once('error', failed).once('data', (answer) => {
        if (answer.toString().startsWith('OK')) ready();
        else failed(new Error(`The bus answered ${answer.toString().trim()}`));
      });
    });
    socket.write('BEGIN\r\n');
    const bus = new Bus(socket);
    await bus.call({
      to: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'Hello',
    });
    return bus;
  }

  /** Calls a method and returns its answer. */
  call(call: Call): Promise<Value[]> {
    const serial = (this.#serial += 1);
    this.#socket.write(encode(call, serial));
    return new Promise((give, fail) => this.#waiting.set(serial, { give, fail }));
  }

  close(): void {
    this.#socket.destroy();
  }

  #end(error: Error): void {
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }

  #take(data: Buffer): void {
    this.#read = Buffer.concat([this.#read, data]);
    while (this.#read.length >= 16) {
      const fields = this.#read.readUInt32LE(12);
      const start = Math.ceil((16 + fields) / 8) * 8;
      const length = start + this.#read.readUInt32LE(4);
      if (this.#read.length < length) return;
      this.#message(this.#read.subarray(0, length), start);
      this.#read = this.#read.subarray(length);
    }
  }

  #message(bytes: Buffer, start: number): void {
    const kind = bytes[1];
    if (kind !== METHOD_RETURN && kind !== ERROR) return;
    const reader = new Reader(bytes);
    reader.offset = 12;
    const [list] = reader.values('a(yv)') as [[number, Value][]];
    const fields = new Map(list);
    const asked = this.#waiting.get(Number(fields.get(REPLY_SERIAL)));
    this.#waiting.delete(Number(fields.get(REPLY_SERIAL)));
    const body = new Reader(bytes.subarray(start));
    const values = body.values(String(fields.get(SIGNATURE) ?? ''));
    if (kind === ERROR) asked?.fail(new Error(`D-Bus: ${String(values[0] ?? 'refused')}`));
    else asked?.give(values);
  }
}

/** How the bytes of a file are text. The user's own lines are written back in the same encoding, with the same mark. */
export interface Encoding {
    readonly name: "UTF-8" | "UTF-16";
    readonly decode: (bytes: Buffer) => string;
    readonly encode: (text: string) => Buffer;
}

/**
 * UTF-8, and any other encoding in which ASCII characters are one byte. Each byte is one character, so that bytes that
 * are no valid UTF-8 are kept too.
 */
export const plain = singleBytes([]);

const withMark = singleBytes([0xef, 0xbb, 0xbf]);

/** By byte order mark. PowerShell writes UTF-16 by default. */
const encodings: readonly [mark: readonly number[], Encoding][] = [
    [[0xef, 0xbb, 0xbf], withMark],
    [[0xff, 0xfe], doubleBytes([0xff, 0xfe], (bytes) => bytes)],
    [[0xfe, 0xff], doubleBytes([0xfe, 0xff], (bytes) => bytes.swap16())],
];

/** Returns the encoding of a file; `undefined` if it is not known: UTF-32, or UTF-16 without its byte order mark. */
export function encodingOf(bytes: Buffer): Encoding | undefined {
    const [, found = plain] = encodings.find(([mark]) => mark.every((byte, index) => bytes[index] === byte)) ?? [];
    const isWhole = found.name === "UTF-8" || bytes.length % 2 === 0;
    return isWhole && !found.decode(bytes).includes("\0") ? found : undefined;
}

function singleBytes(mark: readonly number[]): Encoding {
    return {
        name: "UTF-8",
        decode: (bytes) => bytes.toString("latin1", mark.length),
        encode: (text) => Buffer.concat([Buffer.from(mark), Buffer.from(text, "latin1")]),
    };
}

/** @param swap changes the order of bytes between the file's and little endian, in place */
function doubleBytes(mark: readonly number[], swap: (bytes: Buffer) => Buffer): Encoding {
    return {
        name: "UTF-16",
        decode: (bytes) => swap(Buffer.from(bytes.subarray(mark.length))).toString("utf16le"),
        encode: (text) => Buffer.concat([Buffer.from(mark), swap(Buffer.from(text, "utf16le"))]),
    };
}

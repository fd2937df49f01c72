// Where CPython keeps what we read: byte offsets of struct members, x86-64 Linux, builds with the GIL.
// Tables for 3.8–3.12 stand in v3-*.ts (offsetof over the installed headers of the named patch level); from 3.13 on the
// interpreter publishes most of them itself (debug-offsets.ts). An `undefined` member does not exist in that version.

/** Frames are heap objects linked by f_back up to 3.10, structs on a data stack of the thread from 3.11 on. */
export type FrameLayout =
  | {
      readonly kind: 'object';
      readonly back: number;
      readonly code: number;
      readonly globals: number;
      readonly locals: number;
      /** Index of the last instruction executed, in units of `instructionUnit` bytes. */
      readonly lastInstruction: number;
      readonly instructionUnit: number;
      readonly valueStack: number;
      readonly localsPlus: number;
      readonly size: number;
      /** A byte, and its value while the frame runs or calls. */
      readonly activity: number;
      readonly isActive: number;
      /** Number of open blocks (i32), and the blocks: type, handler, stack level (three i32). */
      readonly blockCount: number;
      readonly blocks: number;
    }
  | {
      readonly kind: 'interpreter';
      readonly previous: number;
      readonly code: number;
      readonly globals: number;
      readonly locals: number;
      readonly frameObject: number;
      /** Pointer to the instruction; what it means is in `instructionIsLast`. */
      readonly instruction: number;
      /** true: the last instruction executed (3.11, 3.12); false: the current one (3.13+). */
      readonly instructionIsLast: boolean;
      /** Number of used slots (i32, up to 3.13) or a pointer behind the last of them (3.14+). */
      readonly stackTop: number;
      readonly stackTopIsPointer: boolean;
      readonly owner: number;
      readonly localsPlus: number;
      readonly size: number;
      /** Low bits of code and slots that are tags, not address (3.14+). */
      readonly tagMask: number;
      /** Owner values of frames that stand for no Python code. */
      readonly shimOwners: readonly number[];
    };

export interface CPythonLayout {
  /** Minor version of Python 3. */
  readonly minor: number;
  readonly runtime: {
    readonly interpretersHead: number;
    readonly finalizing: number;
    /** Thread that holds the GIL (up to 3.11). */
    readonly currentThread: number | undefined;
    /** The GIL struct inside the runtime (up to 3.11). */
    readonly gil: number | undefined;
    /** The collector's state inside the runtime (3.8). */
    readonly gc: number | undefined;
  };
  readonly interpreter: {
    readonly next: number;
    readonly id: number;
    readonly threadsHead: number;
    readonly modules: number;
    readonly sysDict: number;
    readonly builtins: number;
    readonly gc: number | undefined;
    /** Pointer to the GIL struct (3.12+). */
    readonly gilPointer: number | undefined;
  };
  readonly gil: {
    readonly lastHolder: number;
    readonly locked: number;
    /** Counts how often the GIL went to another thread. */
    readonly switchNumber: number;
    readonly size: number;
  };
  readonly thread: {
    readonly next: number;
    readonly interpreter: number;
    /** The current frame itself, or the C frame that points to it (3.11, 3.12). */
    readonly frame: number;
    /** Offset of the current frame inside the C frame; `undefined` when there is none in between. */
    readonly cframeCurrent: number | undefined;
    readonly threadId: number;
    readonly nativeThreadId: number | undefined;
    readonly dataStackChunk: number | undefined;
    readonly dataStackTop: number | undefined;
    /** The exception being raised: its value, and before 3.12 its type apart. */
    readonly currentException: number | undefined;
    /** Pointer to the innermost handled-exception item. */
    readonly exceptionInfo: number | undefined;
    readonly context: number | undefined;
    readonly size: number;
  };
  /** Offsets inside a handled-exception item. */
  readonly exceptionItem: { readonly value: number; readonly previous: number };
  readonly frame: FrameLayout;
  readonly code: {
    readonly fileName: number;
    readonly name: number;
    readonly qualifiedName: number | undefined;
    /** Tuple of constants; `undefined` where unknown. */
    readonly constants: number | undefined;
    /** Tuple of the names of globals and attributes that it uses; `undefined` where unknown. */
    readonly names: number | undefined;
    readonly firstLine: number;
    readonly lineTable: number;
    readonly flags: number;
    readonly argumentCount: number;
    readonly keywordOnlyCount: number | undefined;
    readonly stackSize: number;
    readonly localCount: number | undefined;
    /** Number of slots in front of the value stack (3.11+). */
    readonly slotCount: number | undefined;
    /** Which instructions lie inside `try` and `with` blocks (3.11+). */
    readonly exceptionTable: number | undefined;
    /** One tuple of slot names and a kind byte for each (3.11+). */
    readonly slotNames: number | undefined;
    readonly slotKinds: number | undefined;
    /** Three tuples of names (up to 3.10). */
    readonly variableNames: number | undefined;
    readonly cellNames: number | undefined;
    readonly freeNames: number | undefined;
    /** First instruction: inside the code object (3.11+), or a bytes object (before). */
    readonly instructions: number;
    readonly instructionsInline: boolean;
    readonly size: number;
  };
  readonly generator: {
    readonly name: number;
    readonly qualifiedName: number;
    /** The embedded frame (3.11+), or a pointer to the frame object. */
    readonly frame: number;
    readonly frameState: number | undefined;
    /** The state of a running one, and the first state of those that have ended. */
    readonly executing: number;
    readonly finished: number;
  };
  readonly string: { readonly asciiSize: number; readonly compactSize: number };
  /** Where the items of a tuple begin: 3.14 put a hash in front of them. */
  readonly tupleItems: number;
  readonly integer: {
    /** `sign-size`: signed number of digits at 16; `tag`: low two bits sign, from bit 3 the number of digits. */
    readonly kind: 'sign-size' | 'tag';
  };
  readonly dictKeys: {
    readonly kind: 'size' | 'log2';
  };
  readonly instance: {
    /** How attributes hang on an instance whose type has the managed-dict flag. */
    readonly managed: 'none' | '3.11' | '3.12' | '3.13';
  };
  readonly heapType: {
    readonly cachedKeys: number;
    readonly qualifiedName: number;
    readonly module: number | undefined;
  };
  readonly exception: {
    readonly args: number;
    readonly traceback: number;
    readonly context: number;
    readonly cause: number;
    readonly suppressContext: number;
  };
  readonly functionObject: {
    readonly code: number;
    readonly closure: number;
    readonly qualifiedName: number;
    readonly dict: number;
    readonly globals: number;
  };
  readonly poolSize: number;
  /** Where the collector's state may keep its lists: it changed between patch levels, and what fits is found at attach. */
  readonly gc: readonly GcLayout[];
}

/** Heads of the collector's lists, as offsets inside its state. */
export interface GcLayout {
  readonly generations: readonly number[];
  readonly permanent: number;
  readonly collecting: number;
}

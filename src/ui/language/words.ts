/** The words of another language: the same names, any text, the same arguments. */
export type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] };

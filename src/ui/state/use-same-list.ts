import { useState } from 'react';

/** The list of an earlier pass as long as it has the same entries, so that what depends on it is not made again. */
export function useSameList<T>(list: readonly T[]): readonly T[] {
  const [kept, setKept] = useState(list);
  const isSame = kept.length === list.length && kept.every((entry, place) => Object.is(entry, list[place]));
  if (!isSame) setKept(list);
  return isSame ? kept : list;
}

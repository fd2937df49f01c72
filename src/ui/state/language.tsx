// The language of the interface: a preference of the browser, not part of an address.
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { chinese } from '../language/chinese.ts';
import { english, type Dictionary } from '../language/english.ts';

const STORED = 'holter-language';

export const languages = {
  en: { name: 'English', words: english },
  'zh-CN': { name: '简体中文', words: chinese },
} as const satisfies Record<string, { name: string; words: Dictionary }>;

export type Language = keyof typeof languages;

interface LanguageChoice {
  readonly language: Language;
  readonly words: Dictionary;
  readonly setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageChoice>({ language: 'en', words: english, setLanguage: () => undefined });

function readPreference(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'zh-CN') return stored;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(readPreference);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(STORED, language);
  }, [language]);
  const choice = useMemo(() => ({ language, words: languages[language].words, setLanguage }), [language]);
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}

export function useLanguage(): LanguageChoice {
  return use(LanguageContext);
}

/** Every string of the interface in the chosen language. */
export function useWords(): Dictionary {
  return use(LanguageContext).words;
}

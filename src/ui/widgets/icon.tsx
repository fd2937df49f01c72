// The few signs that the controls carry, drawn on a grid of 16.

const paths = {
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 4v8M4 8h8',
  minus: 'M4 8h8',
  copy: 'M6 6h7v7H6zM3 10V3h7',
  check: 'M3 8.5l3.5 3.5L13 4.5',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4l-4 4 4 4',
  play: 'M5 3.5v9l7.5-4.5z',
  pause: 'M5 4v8M11 4v8',
  wrap: 'M2 4h12M2 8h9a2.5 2.5 0 0 1 0 5H8M9.5 11.5L8 13l1.5 1.5M2 12h3',
  table: 'M2 3h12v10H2zM2 6.5h12M2 10h12M6 6.5V13',
  chart: 'M2 13h12M4 13V9M7 13V5M10 13V7M13 13V3',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM11 11l3.5 3.5',
  warning: 'M8 2.5L14.5 13.5h-13zM8 6.5v3.5M8 11.6v.4',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.2l2 1.3',
  filter: 'M2 4h12M4.5 8h7M7 12h2',
  globe: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM2 8h12M8 2c2.2 2 2.2 10 0 12M8 2c-2.2 2-2.2 10 0 12',
  link: 'M6.5 9.5l3-3M7 4.5l1.2-1.2a3 3 0 0 1 4.3 4.3L11.3 8.8M9 11.5l-1.2 1.2a3 3 0 0 1-4.3-4.3L4.7 7.2',
} as const;

export function Icon({ name, size = 14 }: { readonly name: keyof typeof paths; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden>
      <path d={paths[name]} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

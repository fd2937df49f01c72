// What a dashboard is to us, whatever version of the schema it was written in.
import type { MappingRule } from './mappings.ts';
import type { Thresholds } from './thresholds.ts';

/** Columns of the grid that panels lie on. */
export const GRID_COLUMNS = 24;

export interface Dashboard {
  /** As the file says it; '' when it has none. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Of the schema; 0 when the file does not say. */
  readonly schemaVersion: number;
  /** "now-6h" … "now", when the file says what to show at first. */
  readonly time: { readonly from: string; readonly to: string } | undefined;
  /** Seconds between refreshes at first. */
  readonly refreshSeconds: number | undefined;
  readonly variables: readonly Variable[];
  readonly sections: readonly Section[];
}

/** Panels under a common head; the first section of a dashboard may have none. */
export interface Section {
  readonly title: string;
  readonly isCollapsed: boolean;
  /** Name of the variable whose every value gets a copy of the section. */
  readonly repeat: string;
  readonly panels: readonly Panel[];
}

/** In cells of the grid: 24 columns, a row is 30 pixels and 8 of gap. Rows count from the head of the section. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const panelKinds = ['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'logs', 'text'] as const;
export type PanelKind = (typeof panelKinds)[number];

export interface Panel {
  /** Unique in the dashboard. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly place: Place;
  /** The type as the file names it. */
  readonly type: string;
  /** What draws it; absent when it cannot be shown, and then `problem` says why. */
  readonly kind: PanelKind | undefined;
  readonly problem: PanelProblem | undefined;
  /** What is shown, but not as the file asks: names of transformations, of targets. */
  readonly notes: readonly PanelNote[];
  readonly targets: readonly Target[];
  readonly field: FieldStyle;
  readonly overrides: readonly FieldOverride[];
  readonly options: PanelOptions;
  readonly repeat: string;
  readonly repeatDirection: 'h' | 'v';
  /** How many copies stand beside each other at most; 0 is as many as fit. */
  readonly maxPerRow: number;
  /** Values that hold in this copy alone, by variable. */
  readonly scoped: Readonly<Record<string, string>>;
  /** "6h": its range reaches so far back, whatever the dashboard shows. */
  readonly timeFrom: string;
  /** "1d": its range lies so far back. */
  readonly timeShift: string;
  /** Least step, as the file says it; '' is the scrape interval. */
  readonly interval: string;
  readonly maxDataPoints: number | undefined;
}

/** Why a panel is not drawn. */
export type PanelProblem =
  | { readonly kind: 'unknownType'; readonly type: string }
  | { readonly kind: 'notDrawn'; readonly type: string }
  | { readonly kind: 'libraryPanel'; readonly name: string }
  | { readonly kind: 'otherSource'; readonly source: string }
  | { readonly kind: 'noQuery' };

/** What of a panel is left out. */
export type PanelNote =
  | { readonly kind: 'transformations'; readonly names: string }
  | { readonly kind: 'target'; readonly refId: string; readonly source: string };

export interface Target {
  readonly refId: string;
  readonly expression: string;
  readonly legend: string;
  readonly isHidden: boolean;
  readonly isInstant: boolean;
  readonly isRange: boolean;
  readonly wantsExemplars: boolean;
  readonly format: 'time_series' | 'table' | 'heatmap';
  /** Least step, as the file says it. */
  readonly interval: string;
  readonly intervalFactor: number;
}

/** How the values of a series are written and drawn; absent is the panel's own way. */
export interface FieldStyle {
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly displayName?: string;
  readonly noValue?: string;
  /** A colour as the file names it. */
  readonly color?: string;
  readonly thresholds?: Thresholds;
  readonly mappings?: readonly MappingRule[];
  readonly draw?: 'line' | 'bars' | 'points';
  readonly lineWidth?: number;
  /** 0 to 100. */
  readonly fillOpacity?: number;
  readonly stacking?: 'none' | 'normal' | 'percent';
  /** `null`: gaps stay; `connected`: lines run over them; `zero`: they are 0. */
  readonly nulls?: 'null' | 'connected' | 'zero';
  readonly showPoints?: 'always' | 'never' | 'auto';
  readonly isStepped?: boolean;
  readonly axis?: 'left' | 'right' | 'hidden';
  readonly isHidden?: boolean;
  readonly isNegative?: boolean;
}

/** Which series an override is for. */
export type FieldMatcher =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'regexp'; readonly pattern: string }
  | { readonly kind: 'refId'; readonly refId: string }
  | { readonly kind: 'numbers' };

export interface FieldOverride {
  readonly matcher: FieldMatcher;
  readonly style: FieldStyle;
}

export interface PanelOptions {
  /** A reducer's name, for panels that show one value a series. */
  readonly reducer: string;
  /** Every value of a table of answers instead of one a series. */
  readonly showsAllValues: boolean;
  readonly legend: 'list' | 'table' | 'hidden';
  readonly legendCalculations: readonly string[];
  readonly colorMode: 'value' | 'background' | 'none';
  readonly graphMode: 'area' | 'none';
  readonly orientation: 'horizontal' | 'vertical' | 'auto';
  readonly textMode: 'auto' | 'value' | 'value_and_name' | 'name' | 'none';
  /** Of text panels. */
  readonly content: string;
  readonly contentMode: 'markdown' | 'html' | 'text' | 'code';
  readonly prefix: string;
  readonly postfix: string;
  /** Columns of a table: new names, those left out, their order. */
  readonly columns: ColumnChanges;
}

export interface ColumnChanges {
  readonly renamed: Readonly<Record<string, string>>;
  readonly hidden: readonly string[];
  readonly order: readonly string[];
}

export const variableKinds = ['query', 'custom', 'constant', 'interval', 'textbox', 'datasource'] as const;
export type VariableKind = (typeof variableKinds)[number];

export interface VariableOption {
  readonly text: string;
  readonly value: string;
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  /** `unsupported`: ad-hoc filters and the like; it has its name and no values. */
  readonly kind: VariableKind | 'unsupported';
  readonly type: string;
  /** Of a query: what is asked; of a constant or text box: the value. */
  readonly query: string;
  /** Of custom and interval variables, and what a query variable last had. */
  readonly options: readonly VariableOption[];
  readonly regex: string;
  /** Grafana's numbers: 0 as it comes, 1/2 alphabetical, 3/4 numerical, 5/6 alphabetical whatever the case; even is descending. */
  readonly sort: number;
  readonly isMulti: boolean;
  readonly includesAll: boolean;
  /** What "all" stands for; '' is every value. */
  readonly allValue: string;
  /** `label`: only the choice is shown; `all`: nothing. */
  readonly hide: 'nothing' | 'label' | 'all';
  /** Values chosen in the file. */
  readonly current: readonly string[];
  /** Of an interval variable with "auto": how many steps the range has, and the least step. */
  readonly auto: { readonly count: number; readonly min: string } | undefined;
}

/** The value that stands for "all of them" in the address and in the file. */
export const ALL_VALUE = '$__all';

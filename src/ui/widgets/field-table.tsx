// Names and values, each with what can be done with it.
import classes from './field-table.module.css';
import { Icon } from './icon.tsx';

export interface FieldEntry {
  readonly name: string;
  readonly value: string;
  /** What a filter calls the field; absent: it cannot be filtered by. */
  readonly field?: string | undefined;
}

interface FieldTableProps {
  readonly label: string;
  readonly entries: readonly FieldEntry[];
  readonly withLabel?: (field: string, value: string) => string;
  readonly withoutLabel?: (field: string, value: string) => string;
  readonly onFilter?: ((field: string, value: string, isNegated: boolean) => void) | undefined;
}

export function FieldTable({ label, entries, withLabel, withoutLabel, onFilter }: FieldTableProps) {
  return (
    <table className={classes.table} aria-label={label}>
      <tbody>
        {entries.map(({ name, value, field }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
            {onFilter !== undefined && (
              <td className={classes.actions}>
                {field !== undefined && (
                  <>
                    <button
                      type="button"
                      aria-label={withLabel?.(field, value)}
                      title={withLabel?.(field, value)}
                      onClick={() => onFilter(field, value, false)}
                    >
                      <Icon name="plus" size={12} />
                    </button>
                    <button
                      type="button"
                      aria-label={withoutLabel?.(field, value)}
                      title={withoutLabel?.(field, value)}
                      onClick={() => onFilter(field, value, true)}
                    >
                      <Icon name="minus" size={12} />
                    </button>
                  </>
                )}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

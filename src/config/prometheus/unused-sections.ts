// Sections of a prometheus.yml that mean nothing here: their fields are checked, and it is said that they are not used.
import type { YamlNode } from '../yaml-reader.ts';
import { httpClientFields } from './http-client.ts';
import { words, YamlSection } from './yaml-section.ts';

interface UnusedSection {
  readonly fields: readonly string[];
  readonly isList: boolean;
  readonly reason: string;
}

const unused: Readonly<Record<string, UnusedSection>> = {
  storage: {
    fields: words('tsdb exemplars'),
    isList: false,
    reason: 'samples are kept as long as retention.metrics in holter.yml says, and may come in any order',
  },
  tracing: {
    fields: words('client_type endpoint sampling_fraction insecure tls_config headers compression timeout'),
    isList: false,
    reason: 'Holter does not trace itself',
  },
  runtime: {
    fields: words('gogc log_level'),
    isList: false,
    reason: 'it is about the Go runtime; log_level stands in holter.yml',
  },
  otlp: {
    fields:
      words(`promote_all_resource_attributes promote_resource_attributes ignore_resource_attributes translation_strategy
      keep_identifying_resource_attributes convert_histograms_to_nhcb promote_scope_metadata
      label_name_underscore_sanitization label_name_preserve_multiple_underscores`),
    isList: false,
    reason: 'OTLP metrics are named as Prometheus names them by default',
  },
  remote_write: {
    fields:
      words(`url remote_timeout headers write_relabel_configs name send_exemplars send_native_histograms round_robin_dns
      protobuf_message failed_request_logging queue_config metadata_config sigv4 azuread google_iam`).concat(
        httpClientFields,
      ),
    isList: true,
    reason: 'samples are not sent on to other systems',
  },
  remote_read: {
    fields: words(
      'url remote_timeout chunked_read_limit headers read_recent name required_matchers filter_external_labels',
    ).concat(httpClientFields),
    isList: true,
    reason: 'samples are not read from other systems',
  },
};

export const unusedSections = Object.keys(unused);

/** Notes what is wrong in the section, and that it is not used. */
export function checkUnusedSection(name: string, node: YamlNode, key: YamlNode): void {
  const { fields, isList, reason } = unused[name]!;
  if (node.isEmpty) return;
  for (const part of isList ? (node.items() ?? []) : [node]) YamlSection.of(part, name, fields);
  key.problem(`${name} is not used: ${reason}`, 'warning');
}

CREATE TABLE IF NOT EXISTS telemetry.resources_local ON CLUSTER `main` (
  fingerprint UInt64 CODEC(ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  json String CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/telemetry/resources', '{replica}')
PARTITION BY (day, retention)
ORDER BY (fingerprint)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.resources ON CLUSTER `main` AS telemetry.resources_local
ENGINE = Distributed('main', 'telemetry', 'resources_local', fingerprint);

CREATE TABLE IF NOT EXISTS telemetry.streams_local ON CLUSTER `main` (
  fingerprint UInt64 CODEC(ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/telemetry/streams', '{replica}')
PARTITION BY (day, retention)
ORDER BY (fingerprint)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.streams ON CLUSTER `main` AS telemetry.streams_local
ENGINE = Distributed('main', 'telemetry', 'streams_local', fingerprint);

CREATE TABLE IF NOT EXISTS telemetry.series_local ON CLUSTER `main` (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  resource UInt64 CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/telemetry/series', '{replica}')
PARTITION BY (day, retention)
ORDER BY (metric, series)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.series ON CLUSTER `main` AS telemetry.series_local
ENGINE = Distributed('main', 'telemetry', 'series_local', series);

CREATE TABLE IF NOT EXISTS telemetry.metadata_local ON CLUSTER `main` (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  type LowCardinality(String) CODEC(ZSTD(1)),
  unit LowCardinality(String) CODEC(ZSTD(1)),
  help String CODEC(ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(ZSTD(1))
) ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/telemetry/metadata', '{replica}')
ORDER BY (metric)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.metadata ON CLUSTER `main` AS telemetry.metadata_local
ENGINE = Distributed('main', 'telemetry', 'metadata_local', sipHash64(metric));

CREATE TABLE IF NOT EXISTS telemetry.trace_ranges_local ON CLUSTER `main` (
  trace UInt64 CODEC(Delta(8), ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  first UInt32 CODEC(ZSTD(1)),
  last UInt32 CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/telemetry/trace_ranges', '{replica}')
PARTITION BY (day, retention)
ORDER BY (trace)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.trace_ranges ON CLUSTER `main` AS telemetry.trace_ranges_local
ENGINE = Distributed('main', 'telemetry', 'trace_ranges_local', trace);

CREATE TABLE IF NOT EXISTS telemetry.logs_local ON CLUSTER `main` (
  time DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
  observed DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
  original_time DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
  resource UInt64 CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  severity UInt8 CODEC(ZSTD(1)),
  severity_text LowCardinality(String) CODEC(ZSTD(1)),
  logger LowCardinality(String) CODEC(ZSTD(1)),
  event LowCardinality(String) CODEC(ZSTD(1)),
  body String CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  flags UInt8 CODEC(ZSTD(1)),
  attr_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  attr_int Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
  attr_float Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
  attr_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
  attr_json String CODEC(ZSTD(1)),
  exception_type LowCardinality(String) CODEC(ZSTD(1)),
  exception_message String CODEC(ZSTD(1)),
  exception_stack String CODEC(ZSTD(1)),
  exception_group UInt64 CODEC(ZSTD(1)),
  stream UInt64 CODEC(ZSTD(1)),
  doc_id String CODEC(ZSTD(1)),
  raw String CODEC(ZSTD(1)),
  weight Float32 CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  ingester UInt32 CODEC(ZSTD(1)),
  sequence UInt64 CODEC(Delta(8), ZSTD(1)),
  INDEX body_words body TYPE text(tokenizer = 'asciiCJK', preprocessor = translate(lowerUTF8(body), '._:', '   ')),
  INDEX by_trace trace_id TYPE bloom_filter(0.01),
  INDEX by_string mapValues(attr_string) TYPE bloom_filter(0.01),
  INDEX by_int mapValues(attr_int) TYPE bloom_filter(0.01),
  INDEX by_float_key mapKeys(attr_float) TYPE bloom_filter(0.01),
  INDEX by_json attr_json TYPE minmax,
  INDEX by_severity severity TYPE minmax
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/telemetry/logs', '{replica}')
PARTITION BY (toDate(time), retention)
PRIMARY KEY (time)
ORDER BY (time, ingester, sequence)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1, index_granularity = 4096, min_compress_block_size = 32768;

CREATE TABLE IF NOT EXISTS telemetry.logs ON CLUSTER `main` AS telemetry.logs_local
ENGINE = Distributed('main', 'telemetry', 'logs_local', sipHash64(ingester, sequence));

CREATE TABLE IF NOT EXISTS telemetry.log_counts_local ON CLUSTER `main` (
  minute Int32 CODEC(Delta(4), ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  severity UInt8 CODEC(ZSTD(1)),
  weight Float64 CODEC(ZSTD(1)),
  rows Float64 CODEC(ZSTD(1))
) ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/telemetry/log_counts', '{replica}', (weight, rows))
PARTITION BY (day, retention)
ORDER BY (minute, service, severity)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.log_counts ON CLUSTER `main` AS telemetry.log_counts_local
ENGINE = Distributed('main', 'telemetry', 'log_counts_local', sipHash64(minute, service, severity));

CREATE TABLE IF NOT EXISTS telemetry.spans_local ON CLUSTER `main` (
  time DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
  duration Int64 CODEC(T64, ZSTD(1)),
  original_time DateTime64(9, 'UTC') CODEC(Delta(8), ZSTD(1)),
  resource UInt64 CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  name LowCardinality(String) CODEC(ZSTD(1)),
  kind UInt8 CODEC(ZSTD(1)),
  status UInt8 CODEC(ZSTD(1)),
  status_message String CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  parent_id FixedString(8) CODEC(ZSTD(1)),
  trace_state String CODEC(ZSTD(1)),
  scope LowCardinality(String) CODEC(ZSTD(1)),
  attr_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  attr_int Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
  attr_float Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
  attr_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
  attr_json String CODEC(ZSTD(1)),
  events String CODEC(ZSTD(1)),
  links String CODEC(ZSTD(1)),
  exception_type LowCardinality(String) CODEC(ZSTD(1)),
  exception_message String CODEC(ZSTD(1)),
  exception_stack String CODEC(ZSTD(1)),
  exception_group UInt64 CODEC(ZSTD(1)),
  weight Float32 CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  ingester UInt32 CODEC(ZSTD(1)),
  sequence UInt64 CODEC(Delta(8), ZSTD(1)),
  INDEX by_trace trace_id TYPE bloom_filter(0.01),
  INDEX by_duration duration TYPE minmax
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/telemetry/spans', '{replica}')
PARTITION BY (toDate(time), retention)
PRIMARY KEY (time)
ORDER BY (time, ingester, sequence)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1, index_granularity = 4096, min_compress_block_size = 32768;

CREATE TABLE IF NOT EXISTS telemetry.spans ON CLUSTER `main` AS telemetry.spans_local
ENGINE = Distributed('main', 'telemetry', 'spans_local', sipHash64(trace_id));

CREATE TABLE IF NOT EXISTS telemetry.span_counts_local ON CLUSTER `main` (
  minute Int32 CODEC(Delta(4), ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  name LowCardinality(String) CODEC(ZSTD(1)),
  kind UInt8 CODEC(ZSTD(1)),
  status UInt8 CODEC(ZSTD(1)),
  duration_bucket UInt16 CODEC(Delta(2), ZSTD(1)),
  weight Float64 CODEC(ZSTD(1)),
  rows Float64 CODEC(ZSTD(1)),
  duration Float64 CODEC(ZSTD(1))
) ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/telemetry/span_counts', '{replica}', (weight, rows, duration))
PARTITION BY (day, retention)
PRIMARY KEY (minute, service)
ORDER BY (minute, service, name, kind, status, duration_bucket)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.span_counts ON CLUSTER `main` AS telemetry.span_counts_local
ENGINE = Distributed('main', 'telemetry', 'span_counts_local', sipHash64(minute, service, name));

CREATE TABLE IF NOT EXISTS telemetry.service_edges_local ON CLUSTER `main` (
  minute Int32 CODEC(Delta(4), ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  client LowCardinality(String) CODEC(ZSTD(1)),
  server LowCardinality(String) CODEC(ZSTD(1)),
  kind UInt8 CODEC(ZSTD(1)),
  duration_bucket UInt16 CODEC(Delta(2), ZSTD(1)),
  weight Float64 CODEC(ZSTD(1)),
  rows Float64 CODEC(ZSTD(1)),
  errors Float64 CODEC(ZSTD(1)),
  duration Float64 CODEC(ZSTD(1))
) ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{shard}/telemetry/service_edges', '{replica}', (weight, rows, errors, duration))
PARTITION BY (day, retention)
PRIMARY KEY (minute)
ORDER BY (minute, client, server, kind, duration_bucket)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.service_edges ON CLUSTER `main` AS telemetry.service_edges_local
ENGINE = Distributed('main', 'telemetry', 'service_edges_local', sipHash64(minute, client, server));

CREATE TABLE IF NOT EXISTS telemetry.samples_local ON CLUSTER `main` (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(Delta(8), ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  mantissa Int64 CODEC(Delta(8), ZSTD(1)),
  scale UInt8 CODEC(ZSTD(1)),
  float Float64 CODEC(Gorilla, ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/telemetry/samples', '{replica}')
PARTITION BY (toDate(time), retention)
ORDER BY (metric, series, time)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.samples ON CLUSTER `main` AS telemetry.samples_local
ENGINE = Distributed('main', 'telemetry', 'samples_local', series);

CREATE TABLE IF NOT EXISTS telemetry.histograms_local ON CLUSTER `main` (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  data String CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/telemetry/histograms', '{replica}')
PARTITION BY (toDate(time), retention)
ORDER BY (metric, series, time)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.histograms ON CLUSTER `main` AS telemetry.histograms_local
ENGINE = Distributed('main', 'telemetry', 'histograms_local', series);

CREATE TABLE IF NOT EXISTS telemetry.exemplars_local ON CLUSTER `main` (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/telemetry/exemplars', '{replica}')
PARTITION BY (toDate(time), retention)
ORDER BY (metric, series, time)
SETTINGS replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS telemetry.exemplars ON CLUSTER `main` AS telemetry.exemplars_local
ENGINE = Distributed('main', 'telemetry', 'exemplars_local', series);

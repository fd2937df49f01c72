CREATE TABLE IF NOT EXISTS holter.resources (
  fingerprint UInt64 CODEC(ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  json String CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY (day, retention)
ORDER BY (fingerprint)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.streams (
  fingerprint UInt64 CODEC(ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY (day, retention)
ORDER BY (fingerprint)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.series (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  resource UInt64 CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
PARTITION BY (day, retention)
ORDER BY (metric, series)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.metadata (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  type LowCardinality(String) CODEC(ZSTD(1)),
  unit LowCardinality(String) CODEC(ZSTD(1)),
  help String CODEC(ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree
ORDER BY (metric)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.trace_ranges (
  trace UInt64 CODEC(Delta(8), ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  first UInt32 CODEC(ZSTD(1)),
  last UInt32 CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY (day, retention)
ORDER BY (trace)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.logs (
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
) ENGINE = MergeTree
PARTITION BY (toDate(time), retention)
PRIMARY KEY (time)
ORDER BY (time, ingester, sequence)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1, index_granularity = 4096, min_compress_block_size = 32768, string_serialization_version = 'single_stream', ratio_of_defaults_for_sparse_serialization = 1;

CREATE TABLE IF NOT EXISTS holter.log_counts (
  minute Int32 CODEC(Delta(4), ZSTD(1)),
  day Date CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1)),
  service LowCardinality(String) CODEC(ZSTD(1)),
  severity UInt8 CODEC(ZSTD(1)),
  weight Float64 CODEC(ZSTD(1)),
  rows Float64 CODEC(ZSTD(1))
) ENGINE = SummingMergeTree((weight, rows))
PARTITION BY (day, retention)
ORDER BY (minute, service, severity)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.spans (
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
) ENGINE = MergeTree
PARTITION BY (toDate(time), retention)
PRIMARY KEY (time)
ORDER BY (time, ingester, sequence)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1, index_granularity = 4096, min_compress_block_size = 32768, string_serialization_version = 'single_stream', ratio_of_defaults_for_sparse_serialization = 1;

CREATE TABLE IF NOT EXISTS holter.span_counts (
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
) ENGINE = SummingMergeTree((weight, rows, duration))
PARTITION BY (day, retention)
PRIMARY KEY (minute, service)
ORDER BY (minute, service, name, kind, status, duration_bucket)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.service_edges (
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
) ENGINE = SummingMergeTree((weight, rows, errors, duration))
PARTITION BY (day, retention)
PRIMARY KEY (minute)
ORDER BY (minute, client, server, kind, duration_bucket)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.samples (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(Delta(8), ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  mantissa Int64 CODEC(Delta(8), ZSTD(1)),
  scale UInt8 CODEC(ZSTD(1)),
  float Float64 CODEC(Gorilla, ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY (toDate(time), retention)
ORDER BY (metric, series, time)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.histograms (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  data String CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY (toDate(time), retention)
ORDER BY (metric, series, time)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

CREATE TABLE IF NOT EXISTS holter.exemplars (
  metric LowCardinality(String) CODEC(ZSTD(1)),
  series UInt64 CODEC(ZSTD(1)),
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  labels Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  retention UInt8 CODEC(ZSTD(1))
) ENGINE = MergeTree
PARTITION BY (toDate(time), retention)
ORDER BY (metric, series, time)
SETTINGS non_replicated_deduplication_window = 10000, vertical_merge_algorithm_min_columns_to_activate = 1, vertical_merge_algorithm_min_rows_to_activate = 1;

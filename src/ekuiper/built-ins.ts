import type { Kind } from '../plugin/kind.js'

// What eKuiper has built in, by the version that brought it; 2.0.0 stands for all before. `npm run built-ins` reads
// the names from the sources of eKuiper.
const names: Record<Kind, Readonly<Record<string, string>>> = {
  source: {
    '2.0.0': `
      can edgex file httppull httppush kafka memory mqtt neuron random redis redisSub simulator sql video
      websocket zmq
    `,
    '2.3.0': `nexmark`,
  },
  sink: {
    '2.0.0': `
      edgex file http image influx influx2 kafka log logToMemory memory mqtt neuron nop redis redisPub
      rest sql tdengine3 websocket zmq
    `,
    '2.4.0': `sse`,
  },
  function: {
    '2.0.0': `
      abs acc_avg acc_count acc_max acc_min acc_sum acos array_cardinality array_concat array_contains
      array_contains_any array_create array_distinct array_except array_flatten array_intersect array_join
      array_last_position array_map array_max array_min array_position array_remove array_shuffle
      array_sort array_union asin atan atan2 avg bitand bitnot bitor bitxor bypass cardinality cast ceil
      ceiling changed_col changed_cols chr coalesce collect compress concat conv convert_tz cos cosh cot
      count crc32 cur_date cur_time current_date current_time current_timestamp date_calc date_diff day
      day_name day_of_month day_of_week day_of_year dec2hex decode decompress deduplicate degrees delay
      element_at encode endswith erase event_time exp floor format format_time from_days from_unix_time
      get_keyed_state had_changed hex2dec hour indexof isnull items json_path_exists json_path_query
      json_path_query_first keys kvpair_array_to_obj lag last_agg_hit_count last_agg_hit_time last_day
      last_hit_count last_hit_time last_value latest length ln local_time local_timestamp log lower lpad
      ltrim max md5 merge_agg meta microsecond min minute mod month month_name mqtt newuuid now numbytes
      obj_to_kvpair_array object object_concat object_construct object_pick object_size parse_json
      percentile_cont percentile_disc pi pow power radians rand regexp_matches regexp_replace
      regexp_substr repeat round row_number rpad rtrim rule_id rule_start second sequence sha1 sha256
      sha384 sha512 sign sin sinh split_value sqrt startswith stddev stddevs substring sum tan tanh
      to_json to_seconds trim trunc tstamp unnest upper values var vars window_end window_start zip
    `,
    '2.1.0': `
      inc_avg inc_collect inc_count inc_last_value inc_max inc_merge_agg inc_min inc_sum props reverse
    `,
    '2.2.0': `median window_trigger`,
    '2.3.0': `extract`,
  },
}

/**
 * The version that brought eKuiper a source, sink or function of this name; undefined for a name that is free. eKuiper
 * installs a plugin with such a name without an error, and then one of the two is hidden.
 */
export function builtInSince(kind: Kind, name: string): string | undefined {
  const same = (known: string): boolean =>
    // Function names are not case-sensitive.
    kind === 'function' ? known.toLowerCase() === name.toLowerCase() : known === name
  return Object.keys(names[kind]).find(version => names[kind][version]?.split(/\s+/).some(same))
}

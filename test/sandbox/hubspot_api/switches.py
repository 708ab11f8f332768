"""One switch for each thing that HubSpot leaves open, or that texts tell differently."""

from standin.switches import Switch

TABLE = tuple(Switch(*row) for row in (
    # name, values, default, what it changes
    # -- limits
    ('burst_limit', ('none', 'requests:N'), 'requests:190',
     'requests of a private app in 10 seconds'),
    ('oauth_burst_limit', ('none', 'requests:N'), 'requests:110',
     'requests of an OAuth app in 10 seconds'),
    ('daily_limit', ('none', 'requests:N'), 'requests:650000',
     'requests of all private apps from midnight to midnight of the account'),
    ('search_limit', ('none', 'requests:N'), 'requests:5',
     'searches of the account in a second'),
    ('search_counts_daily', ('yes', 'no'), 'yes', 'whether searches count towards the day'),
    ('refused_counts', ('no', 'yes'), 'no', 'whether a request answered with 429 counts'),
    ('retry_after', ('absent', 'seconds', 'date'), 'absent', 'Retry-After of a 429'),
    ('search_policy', ('SECONDLY', 'TEN_SECONDLY_ROLLING', 'absent'), 'SECONDLY',
     'policyName of a 429 by the search limit'),
    ('secondly_headers', ('absent', 'present'), 'absent',
     'the deprecated X-HubSpot-RateLimit-Secondly headers'),
    # -- batches
    ('without_trace_ids', ('whole', 'partial'), 'whole',
     'a bad input in a batch without trace ids: fails the whole batch, or a 207'),
    ('partial_update', ('yes', 'no'), 'yes',
     'whether trace ids give a 207 on update and upsert, too, or on create alone'),
    ('partial_email_upsert', ('merges', 'whole', 'clears'), 'merges',
     'upsert by email: leaves other properties alone, never gives a 207, or clears custom '
     'properties that are not sent'),
    ('upsert_key', ('absent', 'filled'), 'absent',
     'whether a created record gets its key when properties lack it'),
    ('result_order', ('shuffled', 'request', 'reversed'), 'shuffled',
     'order of the results of a batch, and of a search that sorts by nothing'),
    ('group_errors', ('yes', 'no'), 'yes',
     'whether inputs that fail alike share an entry of errors'),
    ('error_members', ('all', 'few'), 'all',
     'empty errors and links in the entries of errors: there or left out'),
    ('requested_at', ('absent', 'present'), 'absent', 'requestedAt in batch answers'),
    # -- errors
    ('unique_conflict', ('409', '400'), '409',
     'a unique property\'s value that another record has: CONFLICT with its id, or a '
     'validation error'),
    ('property_errors', ('embedded', 'structured'), 'embedded',
     'problems of values: JSON within the message, or a list in errors'),
    ('email_error', ('is_invalid', 'is_not_valid'), 'is_invalid', 'text of INVALID_EMAIL'),
    ('delete_missing', ('204', '404'), '204', 'DELETE of a record that is gone'),
    ('unknown_members', ('refused', 'ignored'), 'refused',
     'members of a request that nobody has documented'),
    # -- values
    ('null_value', ('clears', 'ignored', 'refused'), 'clears',
     'null as a property\'s value in a write'),
    ('string_form', ('as_sent', 'trimmed'), 'as_sent', 'strings, as they come back'),
    ('number_form', ('as_sent', 'shortest'), 'as_sent', 'numbers, as they come back'),
    ('datetime_form', ('plain', 'millis'), 'plain',
     'datetimes of whole seconds, as they come back: 12:00:00Z or 12:00:00.000Z'),
    ('email_case', ('lower', 'as_sent'), 'lower', 'e-mail addresses, as they come back'),
    ('unique_case', ('exact', 'ignored'), 'exact',
     'whether unique properties other than email tell upper from lower case'),
    ('unchanged_bumps', ('no', 'yes'), 'no',
     'whether a write that changes nothing moves the date of modification'),
    ('association_bumps', ('yes', 'no'), 'yes',
     'whether associations move the dates of modification'),
    ('concurrent_writes', ('serialised', '409', '423'), 'serialised',
     'a write to a record that another request is writing (see write_time)'),
    ('write_time', ('none', 'ms:N'), 'none', 'how long a write holds its records'),
    # -- properties
    ('unique_on_tasks', ('refused', 'allowed'), 'refused',
     'properties with hasUniqueValue on tasks'),
    ('property_delay', ('none', 'ms:N'), 'ms:500',
     'how long a new property is unknown to writes and reads of records'),
    # -- reading
    ('list_order', ('id', 'hashed'), 'id', 'order of the list of records'),
    ('index_lag', ('none', 'seconds:N'), 'seconds:30',
     'how long search does not see what was written'),
    ('search_filters', ('5-6-18', '6-6-18', '5-10-25'), '5-6-18',
     'most filter groups, filters in each, filters in all'),
    ('search_eq_case', ('ignored', 'exact'), 'ignored', 'case of strings under EQ and NEQ'),
    ('search_negative_null', ('excluded', 'included'), 'excluded',
     'records without a value under NEQ, NOT_IN and NOT_CONTAINS_TOKEN'),
    ('uri_limit', ('bytes:N',), 'bytes:8192', 'the longest request line before 414'),
    # -- associations
    ('association_ids', ('string', 'integer'), 'string', 'ids in v4 association answers'),
    ('association_batch', ('2000', '100'), '2000', 'most inputs of an association batch'),
    ('label_adds_default', ('primary', 'all'), 'primary',
     'which labelled types add the unlabelled one'),
    ('no_associations', ('error', 'empty', 'absent'), 'error',
     'a record without associations in batch/read: an entry of errors, an empty list, '
     'nothing'),
    ('dated_association_status', ('documented', 'numbered'), 'documented',
     'association batch create and archive under dated paths: 200, or 201 and 204'),
    # -- OAuth
    ('token_life', ('seconds:N',), 'seconds:1800', 'expires_in'),
    ('refresh_rotation', ('same', 'new'), 'same', 'the refresh token of a token answer'),
    # -- wire
    ('gzip', ('when_asked', 'never'), 'when_asked', 'Content-Encoding of answers'),
    ('chunked', ('yes', 'no'), 'yes', 'streams by chunks or with Content-Length'),
))

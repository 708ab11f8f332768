"""One switch for each thing that is undocumented, or that an administrator sets."""

from standin.switches import Switch

TABLE = tuple(Switch(*row) for row in (
    # name, values, default, what it changes
    # -- signing in
    ('my_domain', ('yes', 'no'), 'yes',
     'whether this host is a My Domain; without one there are no client credentials'),
    ('run_as_user', ('set', 'unset'), 'set', 'whether the app has a user for client credentials'),
    ('login', ('allowed', 'not_approved', 'not_admin_approved', 'authentication_failure',
               'inactive_user', 'locked', 'inactive_organization', 'expired_code'), 'allowed',
     'what stands against a new token for the user'),
    ('client_error_status', ('400', '401'), '400', 'status when client id or secret are wrong'),
    ('token_form', ('opaque', 'jwt'), 'opaque', 'access tokens: short, or of several kilobytes'),
    ('token_reuse', ('new', 'same'), 'new',
     'whether a repeated login gives the same token while it is valid'),
    ('token_members', ('all', 'few'), 'all', 'whether issued_at and signature are there'),
    ('token_seconds', ('none', 'seconds:N'), 'none', 'how long a token request takes'),
    ('concurrent_refresh', ('being_processed', 'expired_code', 'allowed'), 'being_processed',
     'what a second refresh gets while one with the same token is under way'),
    ('refresh_rotation', ('no', 'yes'), 'no',
     'whether a refresh gives a new refresh token and ends the old one'),
    ('instance_url', ('own', 'url:T'), 'own', 'instance_url of token answers'),
    ('session_timeout', ('minutes:N',), 'minutes:120', 'a session ends so long after its last use'),
    # -- limits
    ('daily_limit', ('requests:N',), 'requests:100000', 'requests in any 24 hours'),
    ('concurrent_limit', ('requests:N',), 'requests:25', 'long requests at a time'),
    ('long_after', ('seconds:N',), 'seconds:20', 'when a request counts as long'),
    ('limit_info', ('org', 'per_app', 'absent'), 'org', 'the Sforce-Limit-Info header'),
    # -- the organisation
    ('is_sandbox', ('yes', 'no'), 'yes', 'Organization.IsSandbox'),
    ('unknown_object', ('NOT_FOUND', 'INVALID_TYPE'), 'NOT_FOUND',
     'errorCode of the 404 for an object that does not exist'),
    # -- writes
    ('unknown_field', ('call', 'row'), 'call',
     'whether a field that nobody knows fails a whole collection or its record'),
    ('duplicate_keys', ('all', 'later'), 'all',
     'which records of a call fail that name the same external id'),
    ('lenient_types', ('refused', 'accepted'), 'refused',
     'numbers for text, and text for numbers'),
    ('trim_strings', ('no', 'yes'), 'no', 'whether blanks around text are taken away'),
    ('length_unit', ('characters', 'utf16'), 'characters', 'what the length of text counts'),
    ('errors_per_row', ('first', 'all'), 'first', 'how many of its errors a record reports'),
    ('key_in_body', ('refused', 'accepted'), 'refused',
     'Id or the external id once more in the body of a single upsert or update'),
    ('dotted_keys', ('accepted', 'not_found'), 'accepted',
     'single calls by an external id with . or @ in it'),
    ('id_lookup_upsert', ('refused', 'accepted'), 'refused',
     'upsert by standard fields with idLookup, as Contact.Email'),
    ('upsert_race', ('none', 'seconds:N'), 'none',
     'for how long upserts miss a record just created, as parallel ones do: a second record, '
     'or DUPLICATE_VALUE if the key is unique'),
    ('unchanged_update', ('bumps', 'keeps'), 'bumps',
     'whether an update that changes nothing moves SystemModstamp'),
    ('duplicate_rule', ('off', 'alert', 'block'), 'off',
     'a rule against two contacts with one e-mail'),
    ('duplicate_result', ('absent', 'present'), 'absent',
     'a duplicateResult member in the error of that rule'),
    ('account_delete', ('clears', 'cascades'), 'clears',
     'what becomes of the contacts of a deleted account'),
    ('message_ids', ('15', '18'), '15', 'length of ids inside messages'),
    # -- reads
    ('page_size', ('rows:N',), 'rows:2000', 'rows a page at most'),
    ('locator_life', ('hours:N',), 'hours:48', 'how long nextRecordsUrl works'),
    ('desc_nulls', ('first', 'last'), 'first', 'where ORDER BY ... DESC puts nulls'),
    ('datetime_precision', ('seconds', 'milliseconds'), 'seconds', 'precision of all datetimes'),
    ('whole_numbers', ('float', 'integer'), 'float', 'whole doubles in JSON: 5.0 or 5'),
    ('updated_limit', ('ids:N',), 'ids:600000', 'ids that one updated window may give'),
    ('unknown_members', ('none', 'some'), 'none', 'members nobody has heard of in answers'),
    # -- transport
    ('gzip', ('when_asked', 'never'), 'when_asked', 'Content-Encoding of answers'),
    ('chunked', ('yes', 'no'), 'yes', 'streams by chunks or with Content-Length'),
))

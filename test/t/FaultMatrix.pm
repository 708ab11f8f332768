
# FaultMatrix: what 300_fault_matrix.pl runs, as data.
#
# A cell is a fault at a kind of table in a phase, so many times.  How it must
# end follows from the fault's nature and the phase:
#
#   heals     the request is sent again: exact rows, if the fault ends before
#             max_attempts requests met it; else the fault's SQLSTATE
#   fatal     the fault's SQLSTATE at once
#   harmless  exact rows
#
# "late" tells what becomes of it when rows have begun to leave, if not the
# same: nothing can be sent again then.

package FaultMatrix;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(@kinds %phases @faults %options cells is_expected);

# Of the servers.  Short, so that a fault for ever is soon over.
our %options = (
	connect_timeout => '2s', first_byte_timeout => '600ms', stall_timeout => '400ms',
	max_attempts => 3, retry_delay => '1ms', max_retry_delay => '2s', max_response => '1MB',
	requests_per_second => 10000, request_burst => 50);

# Times of the stand-in are ms.
sub ms { return "(extract(epoch FROM $_[0]) * 1000)::bigint" }

# Each table: its name and condition; which requests are its own; and its
# columns with where they come from in the stand-in's own rows.  What the
# phases need to know: after how many bytes of a long answer rows have left.
my $range = [ 1717732800000, 1718251200000 ];    # 2024-06-07 to 06-13, New York
our @kinds = (
	{
		name => 'entity', table => 'visitor', match => { source => 'visitors' }, long => 200_000,
		columns => [
			[ 'visitor_id', 'visitorId' ],
			[ "metadata -> 'auto' ->> 'lastvisit'", 'metadata.auto.lastvisit' ],
			[ "metadata -> 'auto' ->> 'lastuseragent'", 'metadata.auto.lastuseragent' ] ]
	},
	{
		name => 'grouped event', table => 'event', match => { source => 'events' }, long => 150_000,
		where => "day >= '2024-06-07' AND day < '2024-06-13'", time => 'day', range => $range, windows => 6,
		columns => [
			[ 'visitor_id', 'visitorId' ], [ 'account_id', 'accountId' ], [ 'app_id', 'appId' ],
			[ ms("(day::timestamp AT TIME ZONE 'America/New_York')"), 'day' ],
			[ ms('first_time'), 'firstTime' ], [ ms('last_time'), 'lastTime' ],
			[ 'num_events', 'numEvents' ], [ 'num_minutes', 'numMinutes' ], [ 'page_id', 'pageId' ],
			[ 'server_name', 'server' ], [ 'user_agent', 'userAgent' ], [ 'remote_ip', 'remoteIp' ],
			[ 'tab_id', 'tabId' ], [ 'country', 'country' ], [ 'region', 'region' ],
			[ 'recording_session_id', 'recordingSessionId' ] ]
	},
	{
		name => 'single event', table => 'guide_event', match => { source => 'guideEvents' }, long => 150_000,
		where => "browser_time >= '2024-06-07 00:00-04' AND browser_time < '2024-06-13 00:00-04'",
		time => 'browserTime', range => $range, windows => 6,
		columns => [
			[ ms('browser_time'), 'browserTime' ], [ 'visitor_id', 'visitorId' ],
			[ 'account_id', 'accountId' ], [ 'app_id', 'appId' ], [ 'guide_id', 'guideId' ],
			[ 'guide_step_id', 'guideStepId' ], [ 'type', 'type' ], [ 'user_agent', 'userAgent' ],
			[ 'url', 'url' ], [ 'server_name', 'serverName' ], [ 'element_path', 'elementPath' ],
			[ 'remote_ip', 'remoteIp' ], [ 'tab_id', 'tabId' ], [ 'country', 'country' ],
			[ 'event_id', 'eventId' ], [ 'ui_element_text', 'uiElementText' ] ]
	},
	{
		name => 'REST', table => 'segment', match => { path => '/api/v1/segment' },
		columns => [ [ 'id', 'id' ], [ 'name', 'name' ], [ 'description', 'description' ] ]
	},
	{
		name => 'unwound', table => 'guide_step', match => { source => 'guides' },
		columns => [
			[ 'guide_id', 'guideId' ], [ 'id', 'id' ], [ 'name', 'name' ], [ 'type', 'type' ],
			[ 'content_url', 'contentUrl' ], [ ms('last_updated_at'), 'lastUpdatedAt' ] ]
	},
	{ name => 'import', match => { path => '/api/v1/metadata/schema/visitor' } },
);

# schema: which of the servers' tables.  skip: requests before the fault.
# body: faults within a body alone.  late: rows have begun to leave.
our %phases = (
	first => { schema => 'live' },
	later => { schema => 'live', skip => 3, windows => 1 },
	leaving => { schema => 'long', body => 1, late => 1, gzip => 'never' },
	whole => { schema => 'whole', body => 1, gzip => 'never' },
);

# name => [ fault, arguments, nature, SQLSTATE, more ].  In "more":
#   match   further conditions of the rule       gzip   setting of the switch
#   body    it is within the body: phases leaving and whole have it, too
#   late    nature once rows have begun to leave
#   whole   nature with spool 'all', where it is another
#   times   which of once, few, ever; default: as its nature needs
#   phases  those alone                          rest   seconds to wait after
#   import  [ nature, SQLSTATE ] at import       not    kinds without it
sub broken
{
	my ($how, $state, %more) = @_;
	return ("JSON: $how" => [ broken_json => { how => $how }, 'fatal', $state // 'HV004', { body => 1, %more } ]);
}

our @faults = (
	'429' => [ rate_limit => {}, 'heals', '53400' ],
	'429, in 1 s' => [ rate_limit => { retry_after => 1 }, 'heals', '53400', { phases => ['first'], times => [ 'once', 'ever' ], rest => 1.1 } ],
	'429, at a date' => [ rate_limit => { retry_after => 'date' }, 'heals', '53400', { phases => ['first'], times => ['once'] } ],
	'429, much later' => [ rate_limit => { retry_after => 4 }, 'fatal', '53400', { phases => ['first'], rest => 4.2 } ],
	'408' => [ timeout_408 => {}, 'heals', '08006' ],
	(map { ("$_ HTML" => [ html_error => { code => $_ }, 'heals', '08006' ]) } 500, 502, 503, 504),
	'503, in 0 s' => [ status => { code => 503, headers => { 'Retry-After' => 0 } }, 'heals', '08006' ],
	'501' => [ html_error => { code => 501 }, 'fatal', '08006' ],
	(map { my ($code, $state) = @$_;
			("$code" => [ status => { code => $code, body => "no: $code" }, 'fatal', $state ]) }
		[ 400, 'HV000' ], [ 401, '28000' ], [ 402, '53400' ], [ 403, '42501' ], [ 404, 'HV00R' ],
		[ 409, 'HV000' ], [ 410, 'HV00R' ], [ 413, '54000' ], [ 418, 'HV000' ], [ 422, 'HV000' ]),
	'revoked key' => [ revoked_key => {}, 'fatal', '42501' ],
	'redirect' => [ redirect => { location => 'http://127.0.0.1:1/elsewhere' }, 'fatal', 'HV000' ],
	'redirect 307' => [ redirect => { location => '/api/v1/segment', code => 307 }, 'fatal', 'HV000' ],
	'slow first byte' => [ slow_first_byte => { seconds => 0.3 }, 'harmless' ],
	'no first byte' => [ stall_first_byte => {}, 'heals', '08006', { times => [ 'once', 'ever' ] } ],
	'closed' => [ cut_before => { how => 'fin' }, 'heals', '08006' ],
	'reset' => [ cut_before => { how => 'rst' }, 'heals', '08006' ],
	'drip' => [ drip => { bytes => 700, seconds => 0.001 }, 'harmless', undef, { body => 1 } ],
	'no row, then closed' => [ cut_body => { how => 'fin' }, 'heals', '08006', { match => { after_rows => 0 } } ],
	'no row, then reset' => [ cut_body => { how => 'rst' }, 'heals', '08006', { match => { after_rows => 0 } } ],
	'no row, then silence' => [ stall_body => {}, 'heals', '08006', { match => { after_rows => 0 }, times => [ 'once', 'ever' ] } ],
	'no row, damaged gzip' => [ corrupt_gzip => {}, 'heals', '08006', { match => { after_rows => 0 }, gzip => 'when_asked' } ],
	'no row, short gzip' => [ truncated_gzip => {}, 'heals', '08006', { match => { after_rows => 0 }, gzip => 'when_asked' } ],
	'rows, then closed' => [ cut_body => { how => 'fin', seconds => 0.2 }, 'heals', '08006', { body => 1, late => 'fatal', phases => [ 'leaving', 'whole' ] } ],
	'rows, then reset' => [ cut_body => { how => 'rst', seconds => 0.2 }, 'heals', '08006', { body => 1, late => 'fatal', phases => [ 'leaving', 'whole' ] } ],
	'rows, then silence' => [ stall_body => {}, 'heals', '08006', { body => 1, late => 'fatal', phases => [ 'leaving', 'whole' ], times => [ 'once', 'ever' ] } ],
	# Its frames are whole: the damage is found while reading.
	'rows, damaged gzip' => [ corrupt_gzip => {}, 'fatal', '08006', { body => 1, gzip => 'when_asked' } ],
	'rows, short gzip' => [ truncated_gzip => {}, 'fatal', '08006', { body => 1, gzip => 'when_asked' } ],
	'endless' => [ oversize => { bytes => 4_000_000 }, 'heals', '54000', { body => 1, late => 'fatal', gzip => 'never', phases => [ 'leaving', 'whole' ] } ],
	'wrong content type' => [ wrong_content_type => {}, 'harmless' ],
	(map { broken($_) } qw(truncate garbage bad_escape control bad_number nan missing_comma)),
	(map { broken($_, undef, phases => ['first'], match => {}) } qw(missing_results html empty trailing)),
	broken('bad_utf8', 'HV004'),
	broken('deep', '54000'),
	broken('nul', 'HV004'),
	broken('lone_surrogate', 'HV004'),
);


# How often each nature is tried: a fault that nothing heals is met once.
my %times = (once => 1, few => 2, ever => -1);
my %times_of = (heals => [ 'once', 'few', 'ever' ], fatal => ['once'], harmless => ['once']);

sub phases_of
{
	my ($kind, $more) = @_;

	return ('first') if $kind->{name} eq 'import';
	return grep {
		my $phase = $phases{$_};
		($more->{phases} ? grep { $_ eq $phase->{name} } @{ $more->{phases} } : 1)
		  && (!$phase->{body} || $more->{body})
		  && (!$phase->{windows} || $kind->{windows})
	} sort keys %phases;
}

# Every cell: names of its parts, the rule for the stand-in, what must come.
sub cells
{
	my @cells;

	$phases{$_}{name} = $_ foreach keys %phases;
	for (my $i = 0; $i < @faults; $i += 2)
	{
		my ($fault, $arguments, $nature, $state, $more) = @{ $faults[ $i + 1 ] };
		foreach my $kind (@kinds)
		{
			foreach my $phase (phases_of($kind, $more //= {}))
			{
				my $becomes = $phases{$phase}{late} ? $more->{late} // $nature : $nature;
				foreach my $times (@{ $more->{times} // $times_of{$becomes} })
				{
					push @cells, {
						fault => $faults[$i], kind => $kind, phase => $phases{$phase}, times => $times,
						rule => { id => 'cell', fault => $fault, args => $arguments, times => $times{$times},
							match => { %{ $kind->{match} }, skip => $phases{$phase}{skip} // 0,
								$phases{$phase}{body} ? ($kind->{long} ? (after_bytes => $kind->{long}) : (after_rows => 10)) : (),
								%{ $more->{match} // {} } } },
						gzip => $more->{gzip} // $phases{$phase}{gzip} // 'when_asked',
						rest => $more->{rest}, rows_left => $becomes ne $nature,
						state => $becomes eq 'harmless' || ($becomes eq 'heals' && $times ne 'ever') ? '00000' : $state };
				}
			}
		}
	}
	return @cells;
}

1;

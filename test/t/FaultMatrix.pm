
# FaultMatrix: what FaultRun runs, as data.
#
# A cell is a fault at a kind of table in a phase, so many times.  How it must
# end follows from the fault's nature:
#
#   heals     the request is sent again: exact rows, if the fault ends before
#             max_attempts requests met it; else its SQLSTATE
#   fatal     its SQLSTATE at once
#   harmless  exact rows
#   altered   as many rows, with another text in one of them
#
# Where rows have begun to leave, nothing heals: what would is fatal then, and
# the error's hint says how to avoid that.

package FaultMatrix;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(@kinds %options cells);

# Of the servers.  Short, so that a fault for ever is soon over.
our %options = (
	connect_timeout => '2s', first_byte_timeout => '600ms', stall_timeout => '400ms',
	max_attempts => 3, retry_delay => '1ms', max_retry_delay => '2s', max_response => '1MB',
	requests_per_second => 10000, request_burst => 50);

# Times of the stand-in are ms.
sub ms { return "(extract(epoch FROM $_[0]) * 1000)::bigint" }

# Each table: its name and condition; which requests are its own; and its
# columns with where they come from in the stand-in's own rows.  What the
# phases need to know: after how many rows of a long answer the fault comes
# when some must have left.
my $range = [ 1717732800000, 1718251200000 ];    # 2024-06-07 to 06-13, New York
our @kinds = (
	{
		name => 'entity', table => 'visitor', match => { source => 'visitors' }, long => 200,
		columns => [
			[ 'visitor_id', 'visitorId' ],
			[ "metadata -> 'auto' ->> 'lastvisit'", 'metadata.auto.lastvisit' ],
			[ "metadata -> 'auto' ->> 'lastuseragent'", 'metadata.auto.lastuseragent' ] ]
	},
	{
		name => 'grouped event', table => 'event', match => { source => 'events' }, long => 300,
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
		name => 'single event', table => 'guide_event', match => { source => 'guideEvents' }, long => 300,
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
# windows: only for tables of several.  body: only faults within a body, after
# the first rows, in a long answer if the kind has one.
our %phases = (
	first => { schema => 'live' },
	later => { schema => 'live', skip => 3, windows => 1 },
	leaving => { schema => 'long', body => 1, leaving => 1, gzip => 'never' },
	whole => { schema => 'whole', body => 1, gzip => 'never' },
);

# name, fault and arguments for the stand-in, nature, SQLSTATE; and
#
#   body    it is one within a body: phases leaving and whole have it, too
#   phases  those alone (an import has the first alone, whatever is here)
#   times   which of once, few, ever; default: what makes sense for its nature
#   match   further conditions of the stand-in's rule
#   gzip    setting of the switch, where it matters
#   import  nature and SQLSTATE at an import, if others
#   rest    seconds to wait afterwards, for a rate limit to end
sub fault
{
	my ($name, $fault, $arguments, $nature, $state, %more) = @_;
	return { name => $name, fault => $fault, arguments => $arguments, nature => $nature, state => $state, %more };
}

sub broken
{
	my ($how, %more) = @_;
	return fault("JSON: $how", broken_json => { how => $how }, 'fatal', 'HV004', body => 1, %more);
}

my @late = (body => 1, phases => [ 'leaving', 'whole' ]);
my @slow = (times => [ 'once', 'ever' ]);
my @no_row = (match => { after_rows => 0 });
my @gzip = (gzip => 'when_asked');

our @faults = (
	fault('429', rate_limit => {}, 'heals', '53400'),
	fault('429, in 1 s', rate_limit => { retry_after => 1 }, 'heals', '53400', phases => ['first'], @slow, rest => 1.1),
	fault('429, at a date', rate_limit => { retry_after => 'date' }, 'heals', '53400', phases => ['first'], times => ['once']),
	fault('429, much later', rate_limit => { retry_after => 3 }, 'fatal', '53400', phases => ['first'], rest => 3.2),
	fault('408', timeout_408 => {}, 'heals', '08006'),
	(map { fault("$_, HTML", html_error => { code => $_ }, 'heals', '08006') } 500, 502, 503, 504),
	fault('503, in 0 s', status => { code => 503, headers => { 'Retry-After' => 0 } }, 'heals', '08006'),
	fault('501, HTML', html_error => { code => 501 }, 'fatal', '08006'),
	(map { fault($_->[0], status => { code => $_->[0], body => "no: $_->[0]" }, 'fatal', $_->[1]) }
		[ 400, 'HV000' ], [ 401, '28000' ], [ 402, '53400' ], [ 403, '42501' ], [ 404, 'HV00R' ], [ 409, 'HV000' ],
		[ 410, 'HV00R' ], [ 413, '54000' ], [ 418, 'HV000' ], [ 422, 'HV000' ]),
	fault('revoked key', revoked_key => {}, 'fatal', '42501'),
	fault('redirect', redirect => { location => 'http://127.0.0.1:1/elsewhere' }, 'fatal', 'HV000'),
	fault('redirect, same host', redirect => { location => '/api/v1/segment', code => 307 }, 'fatal', 'HV000'),
	fault('slow first byte', slow_first_byte => { seconds => 0.2 }, 'harmless'),
	fault('no first byte', stall_first_byte => {}, 'heals', '08006', @slow),
	fault('closed', cut_before => { how => 'fin' }, 'heals', '08006'),
	fault('reset', cut_before => { how => 'rst' }, 'heals', '08006'),
	fault('drip', drip => { bytes => 700, seconds => 0.001 }, 'harmless', undef, body => 1),
	fault('no row, then closed', cut_body => { how => 'fin' }, 'heals', '08006', @no_row),
	fault('no row, then reset', cut_body => { how => 'rst' }, 'heals', '08006', @no_row),
	fault('no row, then silence', stall_body => {}, 'heals', '08006', @no_row, @slow),
	fault('no row, damaged gzip', corrupt_gzip => {}, 'heals', '08006', @no_row, @gzip),
	fault('no row, short gzip', truncated_gzip => {}, 'heals', '08006', @no_row, @gzip),
	fault('rows, then closed', cut_body => { how => 'fin', seconds => 0.2 }, 'heals', '08006', @late),
	fault('rows, then reset', cut_body => { how => 'rst', seconds => 0.2 }, 'heals', '08006', @late),
	fault('rows, then silence', stall_body => {}, 'heals', '08006', @late, @slow),
	# In whole frames: only reading finds the damage, when rows have left.
	fault('rows, damaged gzip', corrupt_gzip => {}, 'fatal', '08006', body => 1, @gzip, import => [ 'heals', '08006' ]),
	fault('rows, short gzip', truncated_gzip => {}, 'fatal', '08006', body => 1, @gzip, import => [ 'heals', '08006' ]),
	fault('endless', oversize => { bytes => 4_000_000 }, 'heals', '54000', @late, gzip => 'never', import => [ 'fatal', '54000' ]),
	fault('wrong content type', wrong_content_type => {}, 'harmless'),
	(map { broken($_) } qw(truncate garbage bad_escape control bad_number nan missing_comma bad_utf8 nul)),
	(map { broken($_, phases => ['first']) } qw(missing_results html empty trailing)),
	broken('deep', state => '54000', import => [ 'fatal', 'HV004' ]),
	broken('lone_surrogate', nature => 'altered', import => [ 'fatal', 'HV004' ]),
);

my %times = (once => 1, few => 2, ever => -1);

sub phases_of
{
	my ($kind, $fault) = @_;
	my @names = @{ $fault->{phases} // [ sort keys %phases ] };

	return ('first') if !$kind->{table};
	return grep {
		(!$phases{$_}{body} || $fault->{body}) && (!$phases{$_}{windows} || $kind->{windows})
	} @names;
}

# What the stand-in is told.
sub rule
{
	my ($kind, $fault, $phase, $times) = @_;
	my %match = (%{ $kind->{match} }, skip => $phase->{skip} // 0);

	$match{after_rows} = $kind->{long} // 10 if $phase->{body};
	return { id => 'cell', fault => $fault->{fault}, args => $fault->{arguments}, times => $times{$times},
		match => { %match, %{ $fault->{match} // {} } } };
}

# The cells of one fault at one kind of table in one phase.
sub cells_of
{
	my ($kind, $fault, $name) = @_;
	my $phase = { name => $name, %{ $phases{$name} } };
	my ($nature, $state) = @$fault{qw(nature state)};

	($nature, $state) = @{ $fault->{import} } if !$kind->{table} && $fault->{import};
	my $rows_left = $phase->{leaving} && $nature eq 'heals';
	$nature = 'fatal' if $rows_left;
	# What nothing heals is met once.
	my @times = $nature eq 'heals' ? @{ $fault->{times} // [ 'once', 'few', 'ever' ] } : ('once');
	return map { {
		kind => $kind, phase => $phase, fault => $fault, times => $_, rows_left => $rows_left,
		rule => rule($kind, $fault, $phase, $_),
		gzip => $fault->{gzip} // $phase->{gzip} // 'when_asked', is_altered => $nature eq 'altered',
		state => $nature eq 'fatal' || $_ eq 'ever' ? $state : '00000',
		name => "$fault->{name}; $kind->{name}; $name; $_" } } @times;
}

# Every cell.
sub cells
{
	my @cells;

	foreach my $fault (@faults)
	{
		foreach my $kind (@kinds)
		{
			push @cells, map { cells_of($kind, $fault, $_) } phases_of($kind, $fault);
		}
	}
	return @cells;
}

1;

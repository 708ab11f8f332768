
# DeliveryCrash: where 820_delivery_crash.pl kills, whom, and what else goes wrong.
#
#   make_points($node);
#   my ($point, $what, $who) = @{ plan_of_round($number) };
#
# Who comes to the point of a round is held up there until the test has struck: by a fault
# at a stand-in, or by a trigger that waits for a lock.  A trigger waits if crash.scene
# names its point and the kind of process that it runs in.

package DeliveryCrash;

use strict;
use warnings;
use Exporter 'import';
use JSON::PP;

our @EXPORT = qw(%point $lock make_points plan_of_round all_points all_kinds children weather doom);

# The advisory lock that the triggers wait for.
our $lock = 820;

# "fault" holds up a request to the stand-in "at", in a round without a choice of both
# ("match" says which); without it the trigger of that name waits.  "remote_fault": what
# brings somebody there.  "any": nothing is held up.  "who": others than sessions and workers.
my %write = (match => { write => JSON::PP::true });
our %point = (
	'items taken' => {},
	'on its way' => { fault => 'stall_first_byte', %write },
	'after the effect' => { fault => 'stall_after', %write },
	'within the answer' => { fault => 'stall_body', match => { write => JSON::PP::true, after_bytes => 20 } },
	'answer to be noted' => {},
	'before the record commits' => {},
	'between two steps' => {},
	'look under way' => { fault => 'stall_first_byte', of => { hs => { operation => 'batch_read' }, sf => { source => 'query', path => '/services/data/v68.0/query' } }, },
	'putting aside' => { spoil => 1 },
	'taking lanes' => {},
	'giving lanes back' => {},
	'emptying a partition' => { turn => 1 },
	'asking the organisation' => { fault => 'stall_first_byte', ask => 1, of => { hs => { operation => 'account_details' }, sf => { source => 'query' } } },
	'signing in' => { fault => 'stall_first_byte', ask => 1, only => 'sf', of => { sf => { source => 'token' } } },
	'during the survey' => { who => 'survey' },
	'a writer before its commit' => { who => 'writer' },
	'anywhere, a session' => { any => 'session' },
	'anywhere, a worker' => { any => 'worker' });

# What is done, and who is at the point:
#
#   process      killed      ended           by pg_terminate_backend()
#   launcher     killed      launcher ended  by pg_terminate_backend()
#   postmaster   killed      client          the session's client is killed
#   stand-in     stopped for a while, and its connections cut
#   network      the connection is cut; often the next answers are 503
#
# Each point goes through a list, and begins at another place of it.
my @remote = ('process/worker', 'network/session', 'postmaster/worker', 'process/session', 'network/worker',
	'ended/worker', 'stand-in/session', 'launcher/worker', 'client/session', 'stand-in/worker', 'postmaster/session',
	'ended/session', 'launcher ended/worker');
my @local = ('process/worker', 'ended/session', 'postmaster/worker', 'process/session', 'launcher/worker', 'client/session',
	'ended/worker', 'postmaster/session', 'launcher ended/worker');
my %of_who = (
	survey => [ map { "$_/survey" } qw(process ended) ],
	writer => [ map { "$_/writer" } qw(client process ended postmaster) ]);
my %any = (
	session => [ map { "$_/session" } qw(process postmaster network ended stand-in client) ],
	worker => [ map { "$_/worker" } qw(process network postmaster stand-in ended launcher) ]);

sub kinds_at
{
	my ($point) = @_;

	return $any{ $point->{any} } if $point->{any};
	return $of_who{ $point->{who} } if $point->{who};
	return $point->{fault} ? \@remote : \@local;
}

sub all_points { my @points = sort keys %point; return @points }

# By who is at the point.
sub all_kinds
{
	my %kinds = map { $_ => 1 } @remote, map { @$_ } values %of_who;
	my @kinds = sort { join('/', reverse split '/', $a) cmp join('/', reverse split '/', $b) } keys %kinds;

	return @kinds;
}

# Point, deed and who is at the point.
sub plan_of_round
{
	my ($number) = @_;
	my @points = all_points();
	my $name = $points[ $number % @points ];
	my $kinds = kinds_at($point{$name});
	my @alike = grep { kinds_at($point{$_}) == $kinds } @points;
	my ($place) = grep { $alike[$_] eq $name } 0 .. $#alike;

	return [ $name, split '/', $kinds->[ (2 * $place + int($number / @points)) % @$kinds ] ];
}

sub make_points
{
	my ($node) = @_;

	$node->safe_psql('postgres', qq{
		CREATE SCHEMA IF NOT EXISTS crash;
		CREATE TABLE crash.scene (point text, who text);
		CREATE FUNCTION crash.wait(point text) RETURNS void LANGUAGE plpgsql SET lock_timeout = 0 AS \$\$
		BEGIN
			IF EXISTS (SELECT FROM crash.scene s JOIN pg_stat_activity a ON a.pid = pg_backend_pid()
			            WHERE s.point = wait.point
			              AND s.who = CASE a.backend_type WHEN 'pendo_fdw delivery' THEN 'worker' WHEN 'client backend' THEN 'session' END) THEN
				PERFORM pg_advisory_xact_lock_shared($lock);
			END IF;
		END \$\$;
		CREATE FUNCTION crash.wait_there() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN
			PERFORM crash.wait(TG_ARGV[0]);
			RETURN coalesce(NEW, OLD);
		END \$\$;
		CREATE TABLE crash.noted (at timestamptz);
		CREATE CONSTRAINT TRIGGER crash_commit AFTER INSERT ON crash.noted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
			EXECUTE FUNCTION crash.wait_there('before the record commits');
		ALTER FUNCTION pendo._log_outcomes(jsonb, jsonb, text, integer, text, timestamptz) RENAME TO _plain_log_outcomes;
		CREATE FUNCTION pendo._log_outcomes(work jsonb, results jsonb, org text, status integer, request_id text, sent_at timestamptz)
		RETURNS bigint[] LANGUAGE plpgsql AS \$\$
		BEGIN
			PERFORM crash.wait('answer to be noted');
			INSERT INTO crash.noted VALUES (clock_timestamp());
			-- As COPY writes rows, or one after the other.
			RETURN CASE WHEN random() < 0.8 THEN pendo._plain_log_outcomes(work, results, org, status, request_id, sent_at) END;
		END \$\$;
		CREATE TRIGGER crash_aside BEFORE INSERT ON pendo.waiting FOR EACH ROW EXECUTE FUNCTION crash.wait_there('putting aside');
		CREATE TRIGGER crash_take BEFORE UPDATE ON pendo.lane FOR EACH ROW
			WHEN (NEW.lease_pid IS NOT NULL AND OLD.lease_pid IS DISTINCT FROM NEW.lease_pid)
			EXECUTE FUNCTION crash.wait_there('taking lanes');
		CREATE TRIGGER crash_give BEFORE UPDATE ON pendo.lane FOR EACH ROW
			WHEN (NEW.lease_pid IS NULL AND OLD.lease_pid IS NOT NULL) EXECUTE FUNCTION crash.wait_there('giving lanes back');
		CREATE TRIGGER crash_empty BEFORE TRUNCATE ON pendo.outbox_0 EXECUTE FUNCTION crash.wait_there('emptying a partition');
		CREATE TRIGGER crash_empty BEFORE TRUNCATE ON pendo.outbox_1 EXECUTE FUNCTION crash.wait_there('emptying a partition');
		CREATE TRIGGER crash_empty BEFORE TRUNCATE ON pendo.outbox_2 EXECUTE FUNCTION crash.wait_there('emptying a partition');
		CREATE CONSTRAINT TRIGGER crash_commit AFTER INSERT ON crash.journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
			EXECUTE FUNCTION crash.wait_there('a writer before its commit');
		ALTER FUNCTION pendo._follow_step(jsonb, pendo._step, pendo._answer) RENAME TO _plain_follow_step;
		CREATE FUNCTION pendo._follow_step(work jsonb, step pendo._step, answer pendo._answer)
		RETURNS pendo._request[] LANGUAGE plpgsql AS \$\$
		DECLARE
			requests CONSTANT pendo._request[] := pendo._plain_follow_step(work, step, answer);
		BEGIN
			IF cardinality(requests) > 0 THEN
				PERFORM crash.wait(CASE WHEN answer IS NULL THEN 'items taken' ELSE 'between two steps' END);
			END IF;
			RETURN requests;
		END \$\$;});
	return;
}

# --- what else goes wrong ------------------------------------------------------------

my @write = (match => { write => JSON::PP::true });
my %weather = (
	hs => [
		{ fault => 'limited', args => { retry_after => 1 }, @write },
		{ fault => 'limited', args => {}, @write },
		{ fault => 'quota', args => { retry_after => 1 }, @write },
		{ fault => 'status', args => { code => 503 }, @write },
		{ fault => 'status', args => { code => 500 } },
		{ fault => 'status_after', args => { code => 500 }, @write },
		{ fault => 'html_error', args => { code => 502 }, @write },
		{ fault => 'html_error_after', args => { code => 504 }, @write },
		{ fault => 'cut_before', args => { how => 'rst' }, @write },
		{ fault => 'cut_after', args => { how => 'rst' }, @write },
		{ fault => 'cut_body', match => { write => JSON::PP::true, after_bytes => 30 } },
		{ fault => 'broken_json', args => { how => 'truncate' }, @write },
		{ fault => 'broken_json', args => { how => 'missing_results' }, @write },
		{ fault => 'lose_inputs', args => { inputs => [ 0, 1, 2 ], effect => JSON::PP::true } },
		{ fault => 'lose_inputs', args => { inputs => [ 0, 1, 2 ], effect => JSON::PP::false } },
		{ fault => 'fail_inputs', args => { inputs => [ 0, 2 ], status => 423, category => 'LOCKED', message => 'locked' } },
		{ fault => 'locked', args => {}, @write },
		{ fault => 'slow_after', args => { seconds => 0.3 }, @write },
		{ fault => 'slow_first_byte', args => { seconds => 0.3 } } ],
	sf => [
		{ fault => 'row_lock', args => { every => 3 } },
		{ fault => 'record_error', args => { positions => [ 0, 1 ], code => 'UNKNOWN_EXCEPTION' } },
		{ fault => 'record_error', args => { positions => [0], code => 'REQUEST_RUNNING_TOO_LONG' } },
		{ fault => 'server_unavailable', args => {}, @write },
		{ fault => 'server_unavailable', args => { when => 'after' }, @write },
		{ fault => 'unknown_exception', args => { when => 'after' }, @write },
		{ fault => 'expired_session', args => {} },
		{ fault => 'expired_session', args => {}, @write },
		{ fault => 'quota', args => {}, @write },
		{ fault => 'concurrency', args => {}, @write },
		{ fault => 'too_long', args => {}, @write },
		{ fault => 'maintenance', args => {}, @write },
		{ fault => 'status_after', args => { code => 500 }, @write },
		{ fault => 'html_error', args => { code => 503 }, @write },
		{ fault => 'html_error_after', args => { code => 502 }, @write },
		{ fault => 'cut_before', args => { how => 'rst' }, @write },
		{ fault => 'cut_after', args => { how => 'fin' }, @write },
		{ fault => 'cut_body', match => { write => JSON::PP::true, after_bytes => 30 } },
		{ fault => 'slow_after', args => { seconds => 0.3 }, @write } ]);

# Faults of a round at a stand-in: half of the time none, else up to two.
sub weather
{
	my ($connection) = @_;
	my $kinds = $weather{$connection};
	my @faults = map { { %{ $kinds->[ int rand @$kinds ] }, times => 1 + int rand 3 } } 1 .. rand(4) - 1;
	my $n = 0;

	$_->{id} = 'weather ' . ++$n foreach @faults;
	return @faults;
}

# The fault that makes this key fail for good.
sub doom
{
	my ($connection, $key) = @_;

	return $connection eq 'hs'
	  ? { id => 'doom', fault => 'fail_inputs', times => -1, args => { ids => [$key], status => 400, category => 'VALIDATION_ERROR', message => 'refused' } }
	  : { id => 'doom', fault => 'record_error', times => -1, args => { keys => [$key] } };
}

# Processes whose parent that is.
sub children
{
	my ($parent) = @_;
	my @found;

	foreach my $file (glob '/proc/[0-9]*/stat')
	{
		open my $stat, '<', $file or next;
		my $line = <$stat> // next;
		push @found, $1 if $line =~ /^(\d+) \(.*\) \S (\d+) /s && $2 == $parent;
	}
	return @found;
}

1;

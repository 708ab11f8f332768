
# PullCrash: where 620_pull_crash.pl kills, and what.
#
#   make_points($node);
#   my ($point, $what, $who) = @{ plan_of_round($number) };
#
# A pull is held up at a point until the test has struck: by a fault at the
# stand-in, or by a trigger that waits for a lock.  The trigger of a point waits in
# the session or worker whose crash.point names it.

package PullCrash;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(%point $lock make_points plan_of_round all_points all_kinds children);

# The advisory lock that the triggers wait for.
our $lock = 620;

# The pull that is held up; "fault" holds up a request ("skip" of that source come
# before it), "survey" who looks what is due, else the trigger of that name waits;
# "any": nothing is held up.
our %point = (
	'after lease' => { pull => 'guide_event', source => 'guideEvents', skip => 0, fault => 'stall_first_byte' },
	'fingerprint' => { pull => 'event', source => 'events', skip => 0, fault => 'stall_first_byte' },
	'rows asked for' => { pull => 'event', source => 'events', skip => 1, fault => 'stall_first_byte' },
	'mid spool' => { pull => 'event', source => 'events', skip => 1, fault => 'stall_body', rows => 20 },
	'mid spool of a table' => { pull => 'visitor', source => 'visitors', skip => 0, fault => 'stall_body', rows => 20 },
	'while leasing' => { pull => 'event' },
	'between batches' => { pull => 'event' },
	'mid load' => { pull => 'event' },
	'during summary' => { pull => 'event' },
	'before load commit' => { pull => 'event' },
	'mid merge' => { pull => 'page' },
	'before merge commit' => { pull => 'visitor' },
	'during the survey' => { pull => 'event', survey => 1 },
	'anywhere, a session' => { pull => 'event', any => 'session' },
	'anywhere, a worker' => { pull => 'event', any => 'worker' });

# What is done, and who is at the point:
#
#   process      killed      ended           by pg_terminate_backend()
#   launcher     killed      launcher ended  by pg_terminate_backend()
#   postmaster   killed      client          the session's client is killed
#   stand-in     killed, and started on the same port
#   network      the connection is cut; often the next answers are 503
#
# Each point goes through a list, and begins at another place of it.
my @remote = ('stand-in/worker', 'process/worker', 'network/session', 'postmaster/worker', 'process/session',
	'network/worker', 'launcher/worker', 'stand-in/session', 'postmaster/session', 'ended/worker',
	'client/session', 'ended/session', 'launcher ended/worker');
my @local = ('process/worker', 'postmaster/worker', 'process/session', 'launcher/worker', 'client/session',
	'ended/worker', 'postmaster/session', 'ended/session', 'launcher ended/worker');
my @survey = map { "$_/survey" } qw(process ended);
my %any = (
	session => [ map { "$_/session" } qw(postmaster stand-in process network ended) ],
	worker => [ map { "$_/worker" } qw(process stand-in postmaster network launcher) ]);

sub kinds_at
{
	my ($point) = @_;

	return $any{ $point->{any} } if $point->{any};
	return $point->{survey} ? \@survey : $point->{fault} ? \@remote : \@local;
}

sub all_points
{
	my @points = sort keys %point;

	return @points;
}

# By who is at the point.
sub all_kinds
{
	my @kinds = sort { join('/', reverse split '/', $a) cmp join('/', reverse split '/', $b) } @remote, @survey;

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
	my $stride = $kinds == \@remote ? 2 : 1;

	return [ $name, split '/', $kinds->[ ($stride * $place + int($number / @points)) % @$kinds ] ];
}

sub make_points
{
	my ($node) = @_;

	$node->safe_psql('postgres', qq{
		CREATE SCHEMA crash;
		CREATE FUNCTION crash.wait() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN
			IF current_setting('crash.point', true) = TG_ARGV[0] THEN
				PERFORM pg_advisory_xact_lock_shared($lock);
			END IF;
			RETURN coalesce(NEW, OLD);
		END \$\$;
		CREATE TRIGGER crash BEFORE INSERT ON local.event FOR EACH ROW EXECUTE FUNCTION crash.wait('mid load');
		CREATE TRIGGER crash BEFORE INSERT OR UPDATE OR DELETE ON local.event_day FOR EACH ROW
			EXECUTE FUNCTION crash.wait('during summary');
		CREATE CONSTRAINT TRIGGER crash_commit AFTER INSERT ON local.event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
			EXECUTE FUNCTION crash.wait('before load commit');
		CREATE TRIGGER crash BEFORE INSERT OR UPDATE ON local.page FOR EACH ROW EXECUTE FUNCTION crash.wait('mid merge');
		CREATE CONSTRAINT TRIGGER crash_commit AFTER UPDATE ON local.visitor DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
			EXECUTE FUNCTION crash.wait('before merge commit');
		CREATE TRIGGER crash_lease BEFORE UPDATE ON pendo.ledger FOR EACH ROW
			WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION crash.wait('while leasing');
		CREATE FUNCTION crash.between() RETURNS trigger LANGUAGE plpgsql AS \$\$
		BEGIN
			IF current_setting('crash.point', true) = 'between batches'
				AND EXISTS (SELECT FROM pendo.run WHERE pid = pg_backend_pid() AND ended_at IS NULL AND windows > 0) THEN
				PERFORM pg_advisory_xact_lock_shared($lock);
			END IF;
			RETURN NEW;
		END \$\$;
		CREATE TRIGGER crash_between BEFORE UPDATE ON pendo.ledger FOR EACH ROW
			WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION crash.between()});
	return;
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


# PullTruth: is what pulls keep what the stand-in has, and is the ledger right?
#
#   use PullTruth;
#   my $truth = PullTruth->new($node);                   # makes the schema "checker"
#   is($truth->difference($pendo, 'local.event'), '', 'equal');
#   is($truth->disagreement, '', 'ledger and summaries agree');
#
# The truth is read from the stand-in's store (GET /_sandbox/data/TABLE), never
# through the extension, and compared as a multiset of whole rows, as text.

package PullTruth;

use strict;
use warnings;
use Carp;
use IPC::Open2;
use Exporter 'import';
use PendoTest;
use PostgreSQL::Test::Utils;

our @EXPORT = qw(make_pulls);

# The pulls that these tests run, their settings apart from "since".
my %pull = (
	event => q{time_column => 'day', settle => '1 day'},
	guide_event => q{time_column => 'browser_time', settle => '60 days'},
	poll_event => q{time_column => 'browser_time', settle => '60 days'},
	visitor => q{time_column => 'auto_lastupdated', key_columns => '{visitor_id}'},
	page => q{mode => 'full', key_columns => '{id}'});
my %partitioned = (event => 'day', guide_event => 'browser_time');

# Connect a stand-in and define pulls, which nobody has run yet: schemas live and
# local, or with a suffix that becomes part of all names.
#
#   since   first day           suffix  ''
#   tables  [ ... ] of %pull    server  { further options }
sub make_pulls
{
	my ($node, $stand_in, %options) = @_;
	my $suffix = $options{suffix} // '';
	my ($live, $local) = ("live$suffix", "local$suffix");
	my @tables = @{ $options{tables} // [ sort keys %pull ] };
	my $zone = quote_literal($stand_in->time_zone);
	my @sql = ("SET client_min_messages = warning; CREATE SCHEMA $local;");

	connect_live($node, $stand_in, name => "pendo$suffix", schema => $live, tables => \@tables,
		server => { requests_per_second => 10000, request_burst => 1000, max_attempts => 2, retry_delay => '1ms',
			first_byte_timeout => '60s', stall_timeout => '60s', history_start => $options{since},
			%{ $options{server} // {} } });
	foreach my $table (@tables)
	{
		my $since = $pull{$table} =~ /key_columns/ ? '' : ", since => '$options{since}'";
		push @sql, $partitioned{$table}
		  ? "CREATE TABLE $local.$table (LIKE $live.$table) PARTITION BY RANGE ($partitioned{$table});"
		  : "CREATE TABLE $local.$table (LIKE $live.$table);";
		push @sql, "ALTER TABLE $local.$table ADD PRIMARY KEY ($1), ADD deleted_at timestamptz;"
		  if $pull{$table} =~ /key_columns => '\{(\w+)\}'/;
		push @sql, "ALTER FOREIGN TABLE $live.$table OPTIONS (ADD on_bad_value 'null');" if $table eq 'visitor';
		push @sql, "SELECT pendo.define_pull('$live.$table', '$local.$table', $pull{$table}$since);";
	}
	push @sql, qq{
		CREATE TABLE $local.event_day (day date PRIMARY KEY, rows bigint, events bigint);
		INSERT INTO pendo.summary (schema_name, table_name, source_table, query) VALUES ('$local', 'event_day', 'event',
			'SELECT day, count(*) AS rows, sum(num_events)::bigint AS events FROM event GROUP BY day');}
	  if grep { $_ eq 'event' } @tables;
	push @sql, qq{
		CREATE TABLE $local.guide_day (day date, type text, seen bigint, PRIMARY KEY (day, type));
		INSERT INTO pendo.summary (schema_name, table_name, source_table, query) VALUES ('$local', 'guide_day', 'guide_event',
			\$\$SELECT (browser_time AT TIME ZONE $zone)::date AS day, coalesce(type, '') AS type, count(*) AS seen
			     FROM guide_event GROUP BY 1, 2\$\$);}
	  if grep { $_ eq 'guide_event' } @tables;
	$node->safe_psql('postgres', join "\n", @sql);
	return;
}

# What disagrees within the database, a line each: the ledger with the rows, the
# summaries with their queries.  "is_settled": nothing may be under way either.
my $checker = q{
	CREATE SCHEMA checker;
	CREATE FUNCTION checker.disagreement(is_settled boolean) RETURNS SETOF text LANGUAGE plpgsql AS $$
	DECLARE
		p record;
		s record;
		target text;
		found text;
	BEGIN
		FOR p IN SELECT * FROM pendo.pull LOOP
			target := format('%I.%I', p.target_schema, p.target_table);
			CONTINUE WHEN p.mode <> 'by_window';
			EXECUTE format($q$
				SELECT string_agg(format('%%s of %%s: ledger %%s, table %%s', %1$L, d.day, d.rows, d.n), chr(10))
				  FROM (SELECT coalesce(l.day, t.day) AS day, l.rows, t.n FROM
						(SELECT (window_start AT TIME ZONE z.zone)::date AS day, rows
						   FROM pendo.ledger, (SELECT pendo._zone(%4$L)) z (zone) WHERE pull = %1$L) l
						FULL JOIN (SELECT %2$s AS day, count(*) AS n
						             FROM %3$s, (SELECT pendo._zone(%4$L)) z (zone) GROUP BY 1) t ON t.day = l.day) d
				 WHERE coalesce(d.rows, 0) <> coalesce(d.n, 0)$q$, p.name,
				CASE WHEN p.time_column = 'day' THEN 'day' ELSE format('(%I AT TIME ZONE z.zone)::date', p.time_column) END,
				target, p.connection) INTO found;
			IF found IS NOT NULL THEN RETURN NEXT found; END IF;
			RETURN QUERY SELECT format('%s: a gap before %s', p.name, g.window_start)
				FROM (SELECT window_start, lag(window_end) OVER (ORDER BY window_start) AS before
				        FROM pendo.ledger WHERE pull = p.name) g WHERE g.before <> g.window_start;
		END LOOP;
		FOR s IN SELECT * FROM pendo.summary LOOP
			target := format('%I.%I', s.schema_name, s.table_name);
			PERFORM set_config('search_path', quote_ident(s.schema_name), true);
			EXECUTE format('SELECT string_agg(d::text, chr(10)) FROM ((TABLE %1$s EXCEPT ALL %2$s)
				UNION ALL (%2$s EXCEPT ALL TABLE %1$s)) d', target, s.query) INTO found;
			IF found IS NOT NULL THEN RETURN NEXT target || ': ' || found; END IF;
		END LOOP;
		RETURN QUERY SELECT format('%s, %s: state %s, closed at %s', l.pull, l.window_start, l.state, l.closed_at)
			FROM pendo.ledger l WHERE (l.state = 'closed') <> (l.closed_at IS NOT NULL);
		IF is_settled THEN
			RETURN QUERY SELECT format('%s, %s: %s, attempts %s, failure %s, lease %s', l.pull, l.window_start, l.state,
					l.attempts, l.failure, l.lease_pid)
				FROM pendo.ledger l
				WHERE l.state = 'pending' OR l.attempts <> 0 OR l.failure IS NOT NULL OR l.lease_pid IS NOT NULL;
			RETURN QUERY SELECT format('%s: %s windows', q.name, (SELECT count(*) FROM pendo.ledger l WHERE l.pull = q.name))
				FROM pendo.pull q
				WHERE (SELECT count(*) FROM pendo.ledger l WHERE l.pull = q.name) <> CASE WHEN q.mode = 'by_window'
					THEN (now() AT TIME ZONE pendo._zone(q.connection))::date - q.since + 1 ELSE 1 END;
		END IF;
	END $$;
};

sub new
{
	my ($class, $node, %options) = @_;
	my $database = $options{database} // 'postgres';

	$node->safe_psql($database, $checker);
	return bless { node => $node, database => $database }, $class;
}

sub sql
{
	my ($self, $sql) = @_;

	return $self->{node}->safe_psql($self->{database}, $sql);
}

sub disagreement
{
	my ($self, %options) = @_;
	my $is_settled = $options{settled} ? 'true' : 'false';

	return $self->sql("SELECT checker.disagreement($is_settled)");
}

# The columns that a local table and its live one share: names, and what tells the
# member of each.
sub columns
{
	my ($self, $local, $live) = @_;

	$self->{columns}{"$local $live"} //= $self->sql(qq{
		SELECT string_agg(quote_ident(l.attname), ', ' ORDER BY l.attnum), json_agg(json_build_array(l.attname,
				format_type(l.atttypid, l.atttypmod), (SELECT option_value FROM pg_options_to_table(f.attfdwoptions)
				WHERE option_name = 'field')) ORDER BY l.attnum)
		  FROM pg_attribute l LEFT JOIN pg_attribute f
		    ON f.attrelid = '$live'::regclass AND f.attname = l.attname AND NOT f.attisdropped
		 WHERE l.attrelid = '$local'::regclass AND l.attnum > 0 AND NOT l.attisdropped AND l.attname <> 'deleted_at'});
	return split /\|/, $self->{columns}{"$local $live"}, 2;
}

# The stand-in's rows of a table, as lines for COPY.
sub truth
{
	my ($self, $stand_in, $table, $columns) = @_;
	my $pid = open2(my $output, my $input, '/usr/bin/python3', tree_folder() . '/test/tools/pull_truth.py',
		$stand_in->url, $table, $stand_in->time_zone);

	print $input $columns;
	close $input;
	my $lines = do { local $/; <$output> };
	waitpid $pid, 0;
	croak "no truth about $table" if $?;
	return $lines // '';
}

# What a local table lacks or has too much, '' if nothing; and how many rows it has.
#
#   live    its live table (live.NAME)    copy   rows to look at instead: another relation
sub difference
{
	my ($self, $stand_in, $local, %options) = @_;
	my ($table) = $local =~ /([^.]+)$/;
	my ($names, $columns) = $self->columns($local, $options{live} // "live.$table");
	my $lines = $self->truth($stand_in, $table, $columns);
	my $relation = $options{copy} // $local;
	my $is_there = $self->sql(qq{SELECT count(*) FROM pg_attribute
			WHERE attrelid = '$local'::regclass AND attname = 'deleted_at'}) ? 'WHERE deleted_at IS NULL' : '';
	my $found = $self->sql(qq{
		CREATE TEMP TABLE truth AS SELECT $names FROM $local WITH NO DATA;
		COPY truth FROM STDIN;\n$lines\\.
		WITH here AS (SELECT $names FROM $relation $is_there),
		lost AS (SELECT t::text FROM truth t EXCEPT ALL SELECT h::text FROM here h),
		surplus AS (SELECT h::text FROM here h EXCEPT ALL SELECT t::text FROM truth t)
		SELECT (SELECT count(*) FROM truth), (SELECT count(*) FROM lost), (SELECT count(*) FROM surplus),
			(SELECT min(t) FROM lost), (SELECT min(h) FROM surplus)});
	my ($rows, $lost, $surplus, $samples) = split /\|/, $found, 4;

	$self->{rows} = $rows;
	return '' if $lost == 0 && $surplus == 0;
	return "$lost lost, $surplus too many" if $options{short};
	return "$relation: $lost lost, $surplus too many of $rows: " . substr $samples, 0, 2000;
}

# Rows that the truth had at the last comparison.
sub rows { return $_[0]{rows} }

1;

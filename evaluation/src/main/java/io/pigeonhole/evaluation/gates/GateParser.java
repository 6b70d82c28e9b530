package io.pigeonhole.evaluation.gates;

import io.pigeonhole.evaluation.deciders.DeciderCounts;
import io.pigeonhole.evaluation.decisions.BootstrapMetric;
import io.pigeonhole.evaluation.gates.GateStatement.EachClass;
import io.pigeonhole.evaluation.gates.GateStatement.JudgedOn;
import io.pigeonhole.evaluation.gates.GateStatement.OneClass;
import io.pigeonhole.evaluation.gates.GateStatement.OneDecider;
import io.pigeonhole.evaluation.gates.GateStatement.Overall;
import io.pigeonhole.evaluation.gates.GateStatement.Reference;
import io.pigeonhole.evaluation.gates.GateStatement.Relation;
import io.pigeonhole.evaluation.gates.GateStatement.Subject;
import io.pigeonhole.evaluation.settings.EvaluationErrors;
import io.pigeonhole.evaluation.statistics.ClassMetric;
import io.pigeonhole.evaluation.unknown.UnknownCounts;
import io.pigeonhole.transforms.PipelineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the grammar of {@link GateStatement#parse}, by recursive descent. */
final class GateParser {

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<number>(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?)|(?<word>[A-Za-z][A-Za-z0-9_]*)"
                    + "|\"(?<double>[^\"]*)\"|'(?<single>[^']*)'|(?<symbol>>=|<=|[-+()=:]))");
    private static final Map<String, Kind> KINDS = Map.of(
            "number",
            Kind.NUMBER,
            "word",
            Kind.WORD,
            "double",
            Kind.QUOTED,
            "single",
            Kind.QUOTED,
            "symbol",
            Kind.SYMBOL);
    private static final Map<String, String> SHORT =
            Map.of("calibration_error", BootstrapMetric.EXPECTED_CALIBRATION_ERROR.label());
    private static final List<String> OF_CLASS =
            List.of(ClassMetric.values()).stream().map(ClassMetric::label).toList();

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    /** The kind of a token. */
    private enum Kind {
        NUMBER,
        WORD,
        QUOTED,
        SYMBOL,
        END
    }

    private record Token(Kind kind, String text, int column) {}

    GateParser(String text) {
        this.text = text;
        Matcher matcher = TOKEN.matcher(text);
        int at = 0;
        while (at < text.stripTrailing().length()) {
            matcher.region(at, text.length());
            if (!matcher.lookingAt()) {
                int column = at
                        + text.substring(at).length()
                        - text.substring(at).stripLeading().length();
                throw wrong(column + 1, "nothing here begins with '" + text.charAt(column) + "'");
            }
            tokens.add(token(matcher));
            at = matcher.end();
        }
        tokens.add(new Token(Kind.END, "", text.length() + 1));
    }

    private static Token token(Matcher matcher) {
        for (Map.Entry<String, Kind> kind : KINDS.entrySet()) {
            String found = matcher.group(kind.getKey());
            if (found != null) {
                boolean quoted = kind.getValue() == Kind.QUOTED;
                return new Token(kind.getValue(), found, matcher.start(kind.getKey()) + (quoted ? 0 : 1));
            }
        }
        throw new IllegalStateException("a token without a kind in " + matcher);
    }

    GateStatement statement() {
        Subject each = isNext("for") ? each() : new Overall();
        Token name = take();
        if (name.kind() != Kind.WORD) {
            throw expected(name, "a metric, such as recall or macro_f1");
        }
        if (name.text().equals(DeciderCounts.ACCURACY)) {
            return comparison(new OneDecider(inBrackets("decided_by", each)), name.text());
        }
        Subject subject = isNext("(") ? new OneClass(inBrackets("class", each)) : each;
        return comparison(subject, metric(name, !(subject instanceof Overall)));
    }

    private GateStatement comparison(Subject subject, String metric) {
        boolean fixed = isNext(">=") || isNext("<=");
        if (!fixed && subject instanceof OneDecider) {
            throw expected(peek(), "'>=' or '<=', since " + metric + " is not compared with a champion");
        }
        Relation relation = fixed ? relation() : relationToChampion();
        double bound = fixed ? number() : margin(relation);
        JudgedOn judgedOn = isNext("by") ? judgedOn() : JudgedOn.BOUND;
        if (peek().kind() != Kind.END) {
            throw expected(peek(), "the end, or 'by point'");
        }
        return new GateStatement(
                text.strip(), subject, metric, relation, fixed ? Reference.FIXED : Reference.CHAMPION, bound, judgedOn);
    }

    private Subject each() {
        require("for");
        require("each");
        boolean critical = isNext("critical");
        if (critical) {
            take();
        }
        require("class");
        require(":");
        return new EachClass(critical);
    }

    /** What a figure is about, in brackets after it: the key, and a name in quotes. */
    private String inBrackets(String key, Subject each) {
        if (each instanceof EachClass) {
            throw expected(peek(), "no class, as the statement is about each class");
        }
        require("(");
        require(key);
        require("=");
        Token name = take();
        if (name.kind() != Kind.QUOTED) {
            throw expected(name, key.equals("class") ? "the class in quotes" : "the rule or model in quotes");
        }
        require(")");
        return name.text();
    }

    private String metric(Token name, boolean ofClass) {
        String metric = SHORT.getOrDefault(name.text(), name.text());
        TreeSet<String> known = new TreeSet<>(OF_CLASS);
        if (!ofClass) {
            known.clear();
            known.addAll(BootstrapMetric.ACCURACIES);
            known.addAll(SHORT.keySet());
            known.addAll(UnknownCounts.METRICS);
            known.add(DeciderCounts.ACCURACY);
            for (BootstrapMetric each : BootstrapMetric.values()) {
                known.add(each.label());
            }
        }
        if (!known.contains(metric)) {
            String classless = OF_CLASS.contains(metric)
                    ? " (" + metric + " is one of a class: " + metric + "(class = \"...\") or 'for each class: ...')"
                    : "";
            throw expected(name, "one of " + String.join(", ", known) + classless);
        }
        return metric;
    }

    private Relation relation() {
        return take().text().equals(">=") ? Relation.AT_LEAST : Relation.AT_MOST;
    }

    private Relation relationToChampion() {
        if (!isNext("not")) {
            throw expected(peek(), "'>=', '<=', 'not lower than champion' or 'not higher than champion'");
        }
        require("not");
        Token direction = take();
        if (!direction.text().equals("lower") && !direction.text().equals("higher")) {
            throw expected(direction, "'lower' or 'higher'");
        }
        require("than");
        require("champion");
        return direction.text().equals("lower") ? Relation.AT_LEAST : Relation.AT_MOST;
    }

    private double margin(Relation relation) {
        String sign = relation == Relation.AT_LEAST ? "-" : "+";
        if (!isNext(sign)) {
            return 0;
        }
        require(sign);
        return relation == Relation.AT_LEAST ? -number() : number();
    }

    private double number() {
        boolean negative = isNext("-");
        if (negative) {
            take();
        }
        Token number = take();
        if (number.kind() != Kind.NUMBER) {
            throw expected(number, "a number");
        }
        return (negative ? -1 : 1) * Double.parseDouble(number.text());
    }

    private JudgedOn judgedOn() {
        require("by");
        Token what = take();
        return switch (what.text()) {
            case "bound" -> JudgedOn.BOUND;
            case "point" -> JudgedOn.POINT;
            default -> throw expected(what, "'bound' or 'point'");
        };
    }

    private Token peek() {
        return tokens.get(next);
    }

    private boolean isNext(String wanted) {
        return peek().kind() != Kind.QUOTED && peek().text().equals(wanted);
    }

    private Token take() {
        Token token = peek();
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    private void require(String wanted) {
        if (!isNext(wanted)) {
            throw expected(peek(), "'" + wanted + "'");
        }
        take();
    }

    private PipelineException expected(Token found, String expected) {
        String instead = found.kind() == Kind.END ? "the text ends" : "there is '" + found.text() + "'";
        return wrong(found.column(), "expected " + expected + ", but " + instead);
    }

    private PipelineException wrong(int column, String problem) {
        return EvaluationErrors.badStatement(text, column, problem);
    }
}

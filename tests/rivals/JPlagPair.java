import de.jplag.JPlag;
import de.jplag.JPlagComparison;
import de.jplag.JPlagResult;
import de.jplag.Language;
import de.jplag.c.CLanguage;
import de.jplag.cpp.CPPLanguage;
import de.jplag.options.JPlagOptions;

import java.io.File;
import java.util.Set;

/**
 * Two folders by JPlag: "MAXIMUM AVERAGE MILLISECONDS TOKENS" of the pair, or "dropped". Its start and a pair to warm it up are
 * not in the time.
 */
public final class JPlagPair {
    private static JPlagResult compare(Language language, File root) throws Exception {
        return JPlag.run(new JPlagOptions(language, Set.of(root), Set.of()));
    }

    public static void main(String[] args) throws Exception {
        Language language = args[0].equals("c") ? new CLanguage() : new CPPLanguage();
        File root = new File(args[1]);
        if (args.length > 2)
            compare(language, new File(args[2]));
        long begun = System.nanoTime();
        JPlagResult result = compare(language, root);
        double ms = (System.nanoTime() - begun) / 1e6;
        if (result.getAllComparisons().isEmpty()) {
            System.out.println("dropped");
            return;
        }
        JPlagComparison pair = result.getAllComparisons().get(0);
        System.out.printf("%.4f %.4f %.1f %d%n", pair.maximalSimilarity(), pair.similarity(), ms, pair.getNumberOfMatchedTokens());
    }
}

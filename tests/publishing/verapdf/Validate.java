import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Asks veraPDF about files: one line "file TAB profile TAB checks", then one line for each fault, indented by a tab. */
public class Validate {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            for (String profile : new String[] {"2a", "ua1"}) {
                PDFAFlavour flavour = PDFAFlavour.fromString(profile);
                PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
                ValidationResult result = validator.validate(parser);
                System.out.println(file + "\t" + profile + "\t" + result.getTotalAssertions());
                for (TestAssertion fault : result.getTestAssertions()) {
                    System.out.println("\t" + fault.getRuleId().getClause() + "-" + fault.getRuleId().getTestNumber()
                        + " " + fault.getMessage() + " " + fault.getLocation().getContext());
                }
                parser.close();
            }
        }
    }
}

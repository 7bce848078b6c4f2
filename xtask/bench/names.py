"""Names of several countries for the registers of registers.py: common names as they are, rare ones made of parts.

A `Pool` draws with frequencies that fall off as those of real names do; `common` says how steeply. Nobody in these lists is a
person: given names and surnames are drawn apart from each other.
"""
import numpy as np


class Pool:
    """Names, the most frequent first, drawn in proportion to 1 / (rank + offset) ** fall."""

    def __init__(self, names, fall=0.9, offset=3.0):
        self.names = list(dict.fromkeys(names))
        weights = 1 / (np.arange(len(self.names)) + offset) ** fall
        self.sums = np.cumsum(weights) / weights.sum()

    def draw(self, rng):
        return self.names[min(int(np.searchsorted(self.sums, rng.random())), len(self.names) - 1)]


def made(common, stems, endings):
    """Common names, then every stem with every ending, in an order that mixes both."""
    rest = [stem + ending for shift in range(len(endings)) for at, stem in enumerate(stems)
            for ending in [endings[(at + shift) % len(endings)]]]
    return common.split() + rest


ENGLISH_MEN = Pool("john william thomas james george henry robert joseph charles edward richard samuel david benjamin daniel "
                   "isaac francis peter matthew michael andrew stephen philip alexander jonathan abraham jacob nathaniel "
                   "christopher anthony walter ralph hugh simon lawrence gilbert ambrose humphrey josiah elijah".split(), 1.0)
ENGLISH_WOMEN = Pool("mary elizabeth ann sarah jane margaret martha hannah alice ellen catherine susannah frances rebecca "
                     "charlotte emma harriet isabella dorothy eleanor agnes lucy rachel judith grace bridget phoebe esther "
                     "abigail lydia joan winifred ursula mabel priscilla barbara caroline sophia amelia louisa".split(), 1.0)
SHORT = {"john": "jno jn johannes jack", "william": "wm will gulielmus", "thomas": "thos tho thomam", "james": "jas jacobus jem",
         "george": "geo georgius", "henry": "hy henricus harry", "robert": "robt robertus bob", "joseph": "jos josephus joe",
         "charles": "chas carolus", "edward": "edwd edw edwardus ned", "richard": "richd ricardus dick", "samuel": "saml sam",
         "daniel": "danl dan", "benjamin": "benjn ben", "francis": "fras franciscus frank", "peter": "petrus", "michael": "mich",
         "elizabeth": "eliz eliza betty elisabetha bess", "mary": "maria molly may polly", "ann": "anne anna nan hannah",
         "margaret": "margt maggie peggy margareta", "sarah": "sally sara", "catherine": "cath kate catharina kitty katherine",
         "jane": "joanna jean joan", "martha": "patty", "susannah": "susan sukey susanna", "frances": "fanny francisca",
         "isabella": "isabel bella", "harriet": "harriot hetty", "ellen": "helen eleanor nelly", "alice": "alicia",
         "alexander": "alexr sandy", "nathaniel": "nathl nat", "christopher": "chr xpofer kit", "matthew": "matt mattheus"}
ENGLISH = Pool(made("smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white roberts "
                    "green hall wood jackson clarke clark harris lewis martin cooper king hill ward baker moore turner morris "
                    "parker cook allen scott young adams mitchell carter phillips shaw bell collins bailey miller cox",
                    "ash black brad brom carl chal cran dal dunn east far glad hart hay kirk lang mar nor oak pem rad red "
                    "ship stan sut thorn wal wes whit win".split(),
                    "ton ley ford bury worth wick ham field combe well by stead".split()))
GERMAN_MEN = Pool("peter michael thomas andreas wolfgang klaus juergen guenter stefan christian uwe werner horst frank dieter "
                  "manfred gerhard hans bernd thorsten mathias helmut walter heinz martin joerg rolf jens sven alexander jan "
                  "karl-heinz hans-joachim heinrich otto kurt ludwig friedrich lukas leon finn jonas paul".split(), 0.8)
GERMAN_WOMEN = Pool("maria ursula monika petra elisabeth sabine renate helga karin brigitte ingrid erika andrea gisela claudia "
                    "susanne gabriele christa christine hildegard anna birgit barbara gerda martina anja ute kerstin heike "
                    "anna-lena marie-luise nicole stefanie julia katharina lea mia emma hannah sophie".split(), 0.8)
GERMAN = Pool(made("mueller schmidt schneider fischer weber meyer wagner becker schulz hoffmann koch bauer richter klein wolf "
                   "schroeder neumann schwarz zimmermann braun krueger hofmann hartmann lange schmitt werner krause meier "
                   "lehmann schmid schulze maier koehler herrmann koenig walter mayer huber kaiser fuchs peters lang scholz",
                   "acker alt berg bier brand buch busch dorn eber eich feld frei gold grimm hage halb hell hirsch hoch kalt "
                   "kirch korn lind loh mitter nagel nieder ober rau roth sand schoen stein stroh tann vogel wald wein "
                   "winkel".split(), "mann er mueller meier berger bauer hauser ing born hofer bach inger stein".split()))
RUSSIAN_MEN = Pool("aleksandr sergey vladimir andrey aleksey nikolay dmitriy mikhail ivan viktor yuriy evgeniy igor oleg pavel "
                   "anatoliy maksim konstantin roman vasiliy petr denis grigoriy fedor stepan yakov".split(), 0.9)
RUSSIAN_WOMEN = Pool("elena olga natalya tatyana irina svetlana anna mariya ekaterina galina lyudmila nadezhda yuliya valentina "
                     "marina anastasiya vera lyubov oksana larisa zoya raisa nina sofya kseniya".split(), 0.9)
RUSSIAN = Pool(made("ivanov smirnov kuznetsov popov vasilyev petrov sokolov mikhaylov novikov fedorov morozov volkov alekseev "
                    "lebedev semenov egorov pavlov kozlov stepanov nikolaev orlov andreev makarov nikitin zakharov",
                    "bel bor byk chern dub ermol filat golub gor grom ignat kal kazak kir kol kras lar lukin mel mir nik osip "
                    "panf rod rom ryab sav sid sol tar tim trof ush vlas yef zhur zim".split(), "ov in enkov yakov skiy kin".split()))
NORDIC_MEN = Pool("lars anders erik per johan karl nils jan olof hans sven bengt bo peter mikael gunnar jonas magnus henrik "
                  "mats ole knut bjorn oskar axel emil leif tor arne rolf".split(), 0.8)
NORDIC_WOMEN = Pool("anna eva karin maria kristina margareta birgitta ingrid elisabeth lena marie sara kerstin marianne helena "
                    "emma linnea johanna astrid sigrid gunilla ulla solveig berit inger liv randi kari".split(), 0.8)
NORDIC = Pool([f"{name}{'s' if not name.endswith('s') else ''}son" for name in
               "ander johan karl nil erik lar ol per sven gustav pet jan han bengt jon magnu henrik mat gunnar knut".split()]
              + made("lindberg lindstrom berg hansen olsen larsen nilsen dahl haugen", "berg lind nord sjo strand sund vik eng "
                     "ek bjork ahl gran hag holm lund mo sand skog sol stor".split(),
                     "gren strom qvist man lund berg stedt ström dal vall".split()), 0.8)
VIET_SURNAMES = Pool("nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh mai cao".split(), 1.4, 1.5)
VIET_MIDDLE = [Pool("thị thị ngọc thanh kim thu mỹ phương bích".split(), 1.5, 1.2),
               Pool("văn văn hữu đức quang minh công xuân thanh đình".split(), 1.4, 1.2)]
VIET_GIVEN = [Pool("lan hương hoa mai hồng hạnh nga thủy linh trang hà phượng loan tuyết yến dung hiền nhung vân thảo tâm".split(), 0.5),
              Pool("hùng dũng tuấn minh nam long hải sơn thành cường bình phúc đức khoa tùng quân hiếu thắng vinh an tâm".split(), 0.5)]
CHINESE_SURNAMES = Pool("wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang "
                        "deng han feng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren".split(), 0.9)
CHINESE_GIVEN = [Pool("li min fang jing yan na xiu ying juan mei hua yu lan xia hong ling qing ping yun ting xue hui rong".split(), 0.5),
                 Pool("wei jun yong jie lei tao ming chao gang hao bin qiang peng feng jian hai guo zhi wen xin bo long yu".split(), 0.5)]
ARAB_MEN = Pool("muhammad ahmad ali hassan hussein mahmoud omar khalid ibrahim yousef abdullah mustafa abdulrahman said hamza "
                "tariq jamal salim nasser bilal walid karim faisal majid sami rashid fadi ziad anwar yasin".split(), 0.9)
ARAB_WOMEN = Pool("fatima maryam aisha khadija zaynab amina layla nour huda samira rania salma yasmin hanan iman mona sana "
                  "rahma asma sumaya dalal nadia warda zahra".split(), 0.9)
ARAB_FAMILY = Pool(made("alahmad alhassan almasri alkhatib alsayed haddad khoury najjar", "al bu ka ra sha ha ma ba".split(),
                        "hashimi janabi dulaimi tikriti shammari qaisi rubaie zubaidi obaidi halabi".split()), 0.7)
SPOKEN = {"muhammad": "mohammed mohamed mohammad muhamad", "ahmad": "ahmed", "hussein": "husain hossein hussain", "yousef": "yusuf youssef "
          "yosef", "khalid": "khaled", "omar": "umar", "mahmoud": "mahmud", "abdullah": "abdallah abdulla", "ibrahim": "ebrahim",
          "mustafa": "mostafa moustafa", "said": "saeed sayed", "salim": "saleem", "fatima": "fatemeh fatma", "maryam": "mariam miriam",
          "aisha": "aysha aicha", "khadija": "khadeja", "layla": "leila laila", "nour": "noor nur", "tariq": "tarek", "jamal": "gamal",
          "karim": "kareem", "rashid": "rasheed", "zaynab": "zainab zeinab", "nasser": "naser", "yasin": "yaseen", "samira": "sameera",
          "aleksandr": "alexander oleksandr", "sergey": "sergei serhiy", "dmitriy": "dmitry dmitri dmytro", "evgeniy": "yevgeny eugene",
          "yuriy": "yuri yury", "andrey": "andrei andriy", "aleksey": "alexey alexei oleksiy", "mikhail": "michail mykhailo",
          "nikolay": "nikolai mykola", "natalya": "natalia nataliya", "tatyana": "tatiana", "yuliya": "julia yulia iuliia",
          "mariya": "maria", "ekaterina": "katerina yekaterina", "elena": "yelena olena", "vasiliy": "vasily vasyl", "petr": "pyotr peter"}
SPANISH_MEN = Pool("jose luis juan carlos miguel francisco manuel jesus antonio pedro alejandro jorge roberto ricardo fernando "
                   "rafael daniel eduardo javier mario sergio oscar raul hector cesar victor marco ramon elmer wilmer santos "
                   "marvin kevin edwin nelson byron".split(), 0.8)
SPANISH_WOMEN = Pool("maria ana rosa guadalupe juana martha carmen leticia gloria elena teresa silvia patricia gabriela sandra "
                     "blanca claudia veronica laura irma yolanda lucia isabel karla wendy yesenia dilcia evelyn glenda".split(), 0.8)
SPANISH = Pool(made("hernandez garcia martinez lopez gonzalez perez rodriguez sanchez ramirez cruz flores gomez morales vazquez "
                    "reyes jimenez torres diaz gutierrez ruiz mendoza aguilar ortiz castillo moreno romero alvarez rivera ramos "
                    "mejia escobar zelaya pineda orellana portillo lemus cabrera chavez guevara campos salazar maldonado",
                    "al bar can car cas cor es fig gal lar mal mon nav pal par quin ri sal sol val vil zam".split(),
                    "varado boza dona cedo guero ales tilla zano aro tero millas rera das zales".split()), 0.9)
HAITIAN = Pool("jean pierre joseph charles louis michel paul jacques francois antoine etienne baptiste augustin desir "
               "toussaint celestin philippe laurent guerrier estime noel saint-fleur jean-baptiste pierre-louis".split(), 0.9)
FRENCH_GIVEN = [Pool("marie rose nadege mirlande guerda fabiola islande carline yolette widline marie-ange rose-marie".split(), 0.8),
                Pool("jean pierre wilner frantz jacques ronald emmanuel wilson jean-claude marc patrick evens roody".split(), 0.8)]
PUNJABI_GIVEN = Pool("gurpreet harpreet manpreet jaspreet sukhwinder kulwinder balwinder jaswinder parminder amandeep sandeep "
                     "mandeep kuldeep rajwinder lakhwinder gurdeep navdeep harjit baljit daljit amrit simran kiran".split(), 0.7)
BRAZIL_MEN = Pool("jose joao antonio francisco carlos paulo pedro lucas luiz marcos luis gabriel rafael daniel marcelo bruno "
                  "eduardo felipe raimundo rodrigo manoel sebastiao severino wellington".split(), 0.8)
BRAZIL_WOMEN = Pool("maria ana francisca antonia adriana juliana marcia fernanda patricia aline sandra camila amanda bruna jessica "
                    "leticia julia luciana vanessa raimunda severina josefa rita".split(), 0.8)
BRAZIL_SECOND = Pool("aparecida jose carlos luiz eduardo henrique cristina paula regina lucia fatima socorro vitoria eduarda "
                     "conceicao clara beatriz augusto cesar roberto".split(), 0.6)
BRAZIL = Pool(made("silva santos oliveira souza lima pereira ferreira costa rodrigues almeida nascimento alves carvalho araujo "
                   "ribeiro gomes martins barbosa rocha dias moreira mendes cardoso teixeira fernandes moura batista freitas "
                   "cavalcanti nunes vieira monteiro machado castro bezerra", "bran cal cam cor es far gui lei mag mar me pas pin "
                   "ra sam tor val var".split(), "dao das deira doso lho mento reira rinho tana valho veira xeira".split()), 0.9)
AMERICAN_MEN = Pool("james robert john michael david william richard joseph thomas charles christopher daniel matthew anthony "
                    "mark donald steven andrew paul joshua kenneth kevin brian timothy ronald jason george edward jeffrey ryan "
                    "jacob gary nicholas eric jonathan larry justin scott brandon tyrone darnell deshawn jamal".split(), 0.7)
AMERICAN_WOMEN = Pool("mary patricia jennifer linda elizabeth barbara susan jessica karen sarah lisa nancy sandra betty ashley "
                      "emily kimberly margaret donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia "
                      "dorothy amy kathleen angela shirley brenda emma keisha latoya ebony".split(), 0.7)
NICK = {"james": "jim jimmy", "robert": "bob rob bobby", "john": "jack johnny", "michael": "mike", "david": "dave", "william": "bill "
        "will billy", "richard": "rick dick", "joseph": "joe", "thomas": "tom", "charles": "chuck charlie", "christopher": "chris",
        "daniel": "dan danny", "matthew": "matt", "anthony": "tony", "steven": "steve stephen", "andrew": "andy", "kenneth": "ken",
        "timothy": "tim", "ronald": "ron", "edward": "ed eddie", "jeffrey": "jeff", "patricia": "pat patty", "jennifer": "jen jenny",
        "elizabeth": "liz beth betty", "barbara": "barb", "susan": "sue", "jessica": "jess", "deborah": "debbie debra",
        "kimberly": "kim", "margaret": "peggy maggie", "stephanie": "steph", "rebecca": "becky", "kathleen": "kathy", "cynthia": "cindy"}
